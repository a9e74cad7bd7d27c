import {
  clipByValue,
  greater,
  less,
  mul,
  neg,
  sub,
  type Tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { slope } from './formulas.js';
import { rpropPass } from './rprop.code.js';

type Inputs = {
  parameter: Tensor;
  gradient: Tensor;
  /** The gradient of the step before; 0 where it was not used. */
  prev: Tensor;
  step_size: Tensor;
};

type Attributes = {
  /** The factor of a step size where the gradient changes its sign. */
  minus: number;
  /** The factor where it keeps it. */
  plus: number;
  smallest: number;
  largest: number;
  maximize: boolean;
};

type Outputs = [parameter: Tensor, used: Tensor, stepSize: Tensor];

/**
 * One step of Rprop: the new parameter, the gradient that was used, and the step size. The
 * parameter and the state are donated: their memory may then hold the results.
 */
export const rpropStep = defineKernel({
  name: 'TrainkitRpropStep',
  composite: (inputs: Inputs, { minus, plus, smallest, largest, maximize }: Attributes): Outputs => {
    const { parameter, prev, step_size: before } = inputs;
    const g = slope(inputs, { weightDecay: 0, maximize });
    const agreement = mul(g, prev);
    const [agrees, turns] = [greater(agreement, 0), less(agreement, 0)];
    const grown = where(agrees, mul(before, plus), where(turns, mul(before, minus), before));
    const size = clipByValue(grown, smallest, largest);
    // Zeros of the shape: tf.where would broadcast a number by tf.tile, which is slow on
    // WebAssembly.
    const zero = zerosLike(g);
    const used = where(turns, zero, g);
    // Not tf.sign: whether that of NaN is 0, as in PyTorch, differs from backend to backend.
    const step = where(greater(used, 0), size, where(less(used, 0), neg(size), zero));
    return [sub(parameter, step), used, size];
  },
  wasm: simdStep,
  cpu: simdStep,
});

function simdStep(tensors: Inputs, { maximize, ...numbers }: Attributes): Outputs | null {
  return rpropPass({ tensors, numbers: { ...numbers, sign: maximize ? -1 : 1 }, donated: true });
}
