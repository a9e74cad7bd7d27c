import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

/** What every layer of tfjs-layers takes: `name`, `inputShape`, `trainable` and so on. */
export type LayerOptions = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** A layer's weight. */
export type Weight = ReturnType<layers.Layer['addWeight']>;

/** The size of the last dimension of a layer's one input, the batch's not counted. */
export function lastSize(method: string, inputShape: Parameters<layers.Layer['build']>[0]): number {
  const [first] = inputShape;
  const shape: readonly unknown[] = Array.isArray(first) ? first : inputShape;
  const last = shape.at(-1);
  if (shape.length >= 2 && typeof last === 'number') return last;
  throw new RangeError(
    `${method}: the input must have two dimensions or more, the last of a known size; received ` +
      `[${shape.map(String).join(', ')}]. Write inputShape: [784] for a matrix, [28, 28, 1] for images.`,
  );
}

/** A layer's one input. */
export function onlyTensor(method: string, inputs: Tensor | Tensor[]): Tensor {
  if (!Array.isArray(inputs)) return inputs;
  const [first] = inputs;
  if (inputs.length === 1 && first !== undefined) return first;
  throw new TypeError(`${method}: the layer takes one tensor; received ${inputs.length}.`);
}
