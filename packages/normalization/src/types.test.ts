import type * as tf from '@tensorflow/tfjs-core';
import { Sequential } from '@trainkit/nn';
import { expectTypeOf, it } from 'vitest';
import {
  BatchNorm,
  type BatchNormFunctionOptions,
  type BatchNormOptions,
  batchNorm,
  LayerNorm,
  type LayerNormFunctionOptions,
  type LayerNormOptions,
  layerNorm,
} from './index.js';

// Type checks only: the function is never called.
const _types = (
  x: tf.Tensor4D,
  plain: tf.Tensor,
  ofFunction: BatchNormFunctionOptions & LayerNormFunctionOptions,
) => {
  expectTypeOf(new BatchNorm(2).forward(x)).toEqualTypeOf<tf.Tensor4D>();
  expectTypeOf(new LayerNorm(2).forward(x)).toEqualTypeOf<tf.Tensor4D>();
  expectTypeOf(batchNorm(x, ofFunction)).toEqualTypeOf<tf.Tensor4D>();
  expectTypeOf(layerNorm(x, 2, ofFunction)).toEqualTypeOf<tf.Tensor4D>();
  expectTypeOf(new Sequential(new BatchNorm(2), new LayerNorm(2)).forward(x)).toEqualTypeOf<tf.Tensor4D>();
  expectTypeOf(new BatchNorm(2).forward(plain)).toEqualTypeOf<tf.Tensor>();
};

it('normalization keeps the rank in its types', () => {
  expectTypeOf(_types).toBeFunction();
  expectTypeOf<BatchNormOptions>().toEqualTypeOf<NonNullable<ConstructorParameters<typeof BatchNorm>[1]>>();
  expectTypeOf<LayerNormOptions>().toEqualTypeOf<NonNullable<ConstructorParameters<typeof LayerNorm>[1]>>();
});
