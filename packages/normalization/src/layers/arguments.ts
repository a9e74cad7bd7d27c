import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

/** What every layer of tfjs-layers takes: `name`, `inputShape`, `trainable` and so on. */
export type LayerOptions = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** A layer's weight. */
export type Weight = ReturnType<layers.Layer['addWeight']>;

type Shapes = Parameters<layers.Layer['build']>[0];

/** The size of the last dimension of a layer's one input, the batch's not counted. */
export function lastSize(method: string, inputShape: Shapes): number {
  const shape = onlyShape(inputShape);
  const last = shape.at(-1);
  if (shape.length >= 2 && typeof last === 'number') return last;
  throw new RangeError(
    `${method}: the input must have two dimensions or more, the last of a known size; received ` +
      `[${shape.map(String).join(', ')}]. Write inputShape: [784] for a matrix, [28, 28, 1] for images.`,
  );
}

/** Throws unless a layer's one input ends in these sizes, below the batch; a size that is not known yet may be any. */
export function checkLastSizes(method: string, inputShape: Shapes, sizes: readonly number[]): void {
  const [, ...example] = onlyShape(inputShape);
  const last = example.slice(-sizes.length);
  if (last.length === sizes.length && last.every((size, i) => size === null || size === sizes[i])) return;
  throw new RangeError(
    `${method}: the last dimensions of the input must be [${sizes.join(', ')}], which is normalizedShape; received ` +
      `an input of [${['batch', ...example.map(String)].join(', ')}].`,
  );
}

function onlyShape(inputShape: Shapes): readonly unknown[] {
  const [first] = inputShape;
  return Array.isArray(first) ? first : inputShape;
}

/** A layer's one input. */
export function onlyTensor(method: string, inputs: Tensor | Tensor[]): Tensor {
  if (!Array.isArray(inputs)) return inputs;
  const [first] = inputs;
  if (inputs.length === 1 && first !== undefined) return first;
  throw new TypeError(`${method}: the layer takes one tensor; received ${inputs.length}.`);
}
