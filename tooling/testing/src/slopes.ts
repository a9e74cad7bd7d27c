import * as tf from '@tensorflow/tfjs-core';
import { type Closeness, expectAllClose } from './close.js';

/**
 * Half the step of the central differences. With float32's rounding of 1e-7 their error is about
 * 1e-5.
 */
const STEP = 1e-2;

/**
 * Asserts that a gradient along a fixed direction equals the central difference of `f`. `f`
 * receives the steps along the direction. Call it in a `tf.tidy`.
 */
export function expectSlope(
  gradient: tf.Tensor,
  seed: number,
  f: (moved: tf.Tensor) => tf.Tensor,
  closeness: Closeness,
): void {
  const direction = pattern(gradient.shape, seed);
  const at = (step: number) => f(tf.mul(direction, step)).dataSync()[0]!;
  const expected = (at(STEP) - at(-STEP)) / (2 * STEP);
  expectAllClose(tf.sum(tf.mul(gradient, direction)), [expected], closeness);
}

/**
 * Creates a tensor of numbers between −1 and 1 without symmetry, so that a wrong transpose or sum
 * changes the result.
 */
export function pattern(shape: readonly number[], seed: number): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) =>
    Math.sin(1 + seed + i * (1.7 + seed / 10)),
  );
  return tf.tensor(values, [...shape]);
}

/** Returns a weighted sum of tensors, a scalar that depends on every element. */
export function weigh(outputs: readonly tf.Tensor[]): tf.Scalar {
  return tf.addN(outputs.map((output, i) => tf.sum(tf.mul(output, pattern(output.shape, i))))) as tf.Scalar;
}
