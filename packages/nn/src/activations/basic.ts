import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { Module } from '../module.js';
import { relu, sigmoid, tanh } from './basic.kernel.js';

/** The hyperbolic tangent, element by element. */
export class Tanh extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('Tanh', 'x', x);
    return tanh({ x })[0];
  }
}

/** max(x, 0), element by element; its gradient at 0 is 0. */
export class ReLU extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('ReLU', 'x', x);
    return relu({ x })[0];
  }
}

/** 1 / (1 + exp(−x)), element by element. */
export class Sigmoid extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    checkFloat32('Sigmoid', 'x', x);
    return sigmoid({ x })[0];
  }
}

/** Returns its input: a placeholder for a layer that is switched off. */
export class Identity extends Module {
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R>;
  override forward(x: Tensor): Tensor {
    return x;
  }
}
