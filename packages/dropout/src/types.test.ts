import type * as tf from '@tensorflow/tfjs-core';
import { Linear, Sequential } from '@trainkit/nn';
import { expectTypeOf, it } from 'vitest';
import { Dropout, type DropoutCallOptions, dropout } from './index.js';

// Type checks only: the function is never called.
const _types = (x: tf.Tensor3D, plain: tf.Tensor, options: DropoutCallOptions) => {
  expectTypeOf(new Dropout().forward(x)).toEqualTypeOf<tf.Tensor3D>();
  expectTypeOf(dropout(x, 0.5, options)).toEqualTypeOf<tf.Tensor3D>();
  expectTypeOf(new Sequential(new Linear(2, 2), new Dropout()).forward(x)).toEqualTypeOf<tf.Tensor3D>();
  expectTypeOf(dropout(plain)).toEqualTypeOf<tf.Tensor>();
};

it('dropout keeps the rank in its types', () => {
  expectTypeOf(_types).toBeFunction();
});
