import '@tensorflow/tfjs';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type CrossEntropyOptions,
  crossEntropy,
  type HuberLossOptions,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type L1LossOptions,
  l1Loss,
  type MseLossOptions,
  mseLoss,
  type NllLossOptions,
  nllLoss,
  type Reduction,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from '../index.js';

// The compiler checks these functions; they are never called.

describe('the types of losses', () => {
  it('accept a loss’s own options, whose reduction is not known', () => {
    expectTypeOf((x: Tensor, options: CrossEntropyOptions) =>
      crossEntropy(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: NllLossOptions) =>
      nllLoss(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: MseLossOptions) =>
      mseLoss(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: L1LossOptions) =>
      l1Loss(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: SmoothL1LossOptions) =>
      smoothL1Loss(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: HuberLossOptions) =>
      huberLoss(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: KlDivOptions) => klDiv(x, x, options)).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: BinaryCrossEntropyOptions) =>
      binaryCrossEntropy(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, options: BinaryCrossEntropyWithLogitsOptions) =>
      binaryCrossEntropyWithLogits(x, x, options),
    ).returns.toEqualTypeOf<Tensor>();
    expectTypeOf((x: Tensor, reduction: Reduction) =>
      mseLoss(x, x, { reduction }),
    ).returns.toEqualTypeOf<Tensor>();
  });

  it('give a scalar by mean and sum, and by default', () => {
    expectTypeOf((x: Tensor) => crossEntropy(x, x)).returns.toEqualTypeOf<Scalar>();
    expectTypeOf((x: Tensor) => crossEntropy(x, x, {})).returns.toEqualTypeOf<Scalar>();
    expectTypeOf((x: Tensor) => nllLoss(x, x, { reduction: 'sum' })).returns.toEqualTypeOf<Scalar>();
    expectTypeOf((x: Tensor) => mseLoss(x, x, { reduction: undefined })).returns.toEqualTypeOf<Scalar>();
    expectTypeOf((x: Tensor) => huberLoss(x, x, { delta: 2 })).returns.toEqualTypeOf<Scalar>();
    expectTypeOf((x: Tensor) => klDiv(x, x, { reduction: 'batchmean' })).returns.toEqualTypeOf<Scalar>();
  });

  it('keep the shape of each loss in the type', () => {
    expectTypeOf((x: Tensor3D) => l1Loss(x, x, { reduction: 'none' })).returns.toEqualTypeOf<Tensor3D>();
    expectTypeOf((x: Tensor2D, y: Tensor) =>
      crossEntropy(x, y, { reduction: 'none' }),
    ).returns.toEqualTypeOf<Tensor1D>();
    expectTypeOf((x: Tensor3D, y: Tensor) =>
      crossEntropy(x, y, { reduction: 'none' }),
    ).returns.toEqualTypeOf<Tensor2D>();
    expectTypeOf((x: Tensor1D, y: Tensor) =>
      nllLoss(x, y, { reduction: 'none' }),
    ).returns.toEqualTypeOf<Scalar>();
    expectTypeOf((x: Tensor) => crossEntropy(x, x, { reduction: 'none' })).returns.toEqualTypeOf<Tensor>();
  });
});
