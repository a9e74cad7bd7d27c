import type * as tf from '@tensorflow/tfjs-core';
import { checkShape } from '@trainkit/checks';
import { checkGenerator, type Generator } from '@trainkit/random';
import type { Shape } from './layout.js';
import { fromTorchOrder, sizeOf } from './layout.js';

/** U(low, high) in PyTorch's order; a shape without elements draws nothing, as in PyTorch. */
export function drawUniform(
  method: string,
  shape: Shape,
  low: number,
  high: number,
  generator: Generator,
): tf.Tensor {
  checkShape(method, 'shape', shape);
  checkGenerator(method, generator);
  const size = sizeOf(shape);
  return fromTorchOrder(size === 0 ? new Float32Array() : generator.uniform(size, low, high), shape);
}

/** N(mean, std²) in PyTorch's order; a shape without elements draws nothing, as in PyTorch. */
export function drawNormal(
  method: string,
  shape: Shape,
  mean: number,
  std: number,
  generator: Generator,
): tf.Tensor {
  checkShape(method, 'shape', shape);
  checkGenerator(method, generator);
  const size = sizeOf(shape);
  return fromTorchOrder(size === 0 ? new Float32Array() : generator.normal(size, mean, std), shape);
}
