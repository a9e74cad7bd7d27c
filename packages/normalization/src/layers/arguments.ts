import type { serialization, Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { expected, type OptionNames, showShape } from '@trainkit/checks';

/** The common options of tfjs-layers: `name`, `inputShape`, `trainable` and others. */
export type LayerOptions = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

export const LAYER_OPTIONS: OptionNames<LayerOptions> = {
  inputShape: true,
  batchInputShape: true,
  batchSize: true,
  dtype: true,
  name: true,
  trainable: true,
  weights: true,
  inputDType: true,
};

/**
 * A layer that refuses unknown options, except for the one that tfjs-layers adds to a saved config.
 */
export abstract class LoadableLayer extends layers.Layer {
  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { customObjects: _, ...config }: serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}

/** A layer's weight. */
export type Weight = ReturnType<layers.Layer['addWeight']>;

type Shapes = Parameters<layers.Layer['build']>[0];

/** The size of the last dimension of a layer's only input, without the batch. */
export function lastSize(method: string, inputShape: Shapes): number {
  const shape = onlyShape(inputShape);
  const last = shape.at(-1);
  if (shape.length >= 2 && typeof last === 'number') return last;
  const expectation = 'two dimensions or more, the last of a known size';
  const instead = 'Write inputShape: [784] for a matrix, [28, 28, 1] for images.';
  throw new RangeError(expected(method, 'the shape of the input', shape, expectation, instead));
}

/**
 * Throws unless a layer's only input ends in these sizes, without the batch; a size that is not
 * known yet may be any.
 */
export function checkLastSizes(method: string, inputShape: Shapes, sizes: readonly number[]): void {
  const [, ...example] = onlyShape(inputShape);
  const last = example.slice(-sizes.length);
  if (last.length === sizes.length && last.every((size, i) => size === null || size === sizes[i])) return;
  const expectation = `the last dimensions ${showShape(sizes)}, which is normalizedShape`;
  throw new RangeError(expected(method, 'the shape of the input', onlyShape(inputShape), expectation));
}

function onlyShape(inputShape: Shapes): readonly unknown[] {
  const [first] = inputShape;
  return Array.isArray(first) ? first : inputShape;
}

/** A layer's only input. */
export function onlyTensor(method: string, inputs: Tensor | Tensor[]): Tensor {
  if (!Array.isArray(inputs)) return inputs;
  const [first] = inputs;
  if (inputs.length === 1 && first !== undefined) return first;
  throw new TypeError(expected(method, 'the input', inputs, 'one tensor'));
}
