/**
 * Dropout as tfjs-layers takes it: `tf.sequential({ layers: [tf.layers.dense(…), dropout({ p: 0.5
 * })] })`.
 *
 * Importing this entry registers the class `TrainkitDropout`, so that `tf.loadLayersModel` knows
 * it.
 */

import { serialization, type Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, Generator } from '@trainkit/random';
import { dropout as dropElements } from './dropout.js';
import { checkDropped } from './mask.js';

/** The common options of tfjs-layers: `name`, `inputShape` and others. */
type LayerOptions = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Options of {@link dropout}, beside the common options of layers. */
export interface DropoutLayerOptions extends LayerOptions {
  /** The probability of dropping an element, from 0 to 1, default 0.5. */
  p?: number | undefined;
  /**
   * The seed of this layer's own generator, which advances from call to call. Saved with the model.
   */
  seed?: number | bigint | undefined;
  /**
   * A generator that may be shared; it advances. It is not saved: a loaded model draws from the
   * default generator.
   */
  generator?: Generator | undefined;
}

const LAYER_OPTIONS: OptionNames<DropoutLayerOptions> = {
  p: true,
  seed: true,
  generator: true,
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
 * A layer that drops elements in `fit` and `apply(x, { training: true })`, and is the identity
 * in `predict`.
 *
 * Without `seed` and `generator`, masks come from the default generator. Every call draws a new
 * mask, with a seed too, while `tf.layers.dropout({ rate, seed })` drops the same elements in
 * every step. `p: 1` gives zeros, while `rate: 1` of the stock layer drops nothing.
 *
 * A saved model contains `p` and the seed, but not the state of the generator: a loaded model draws
 * from the start of the stream. To resume exactly, pass a `generator` and save its `stateDict()`
 * beside the model.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { dropout } from '@trainkit/dropout/layers';
 *
 * const layer = dropout({ p: 0.5, seed: 0 });
 * const x = tf.ones([1, 6]);
 * console.log((layer.apply(x, { training: true }) as tf.Tensor).dataSync().join(' ')); // → 0 0 2 0 0 0
 * console.log((layer.apply(x, { training: true }) as tf.Tensor).dataSync().join(' ')); // → 2 2 0 2 2 2
 * console.log((layer.apply(x) as tf.Tensor).dataSync().join(' ')); // → 1 1 1 1 1 1
 * ```
 */
export function dropout(options: DropoutLayerOptions = {}): layers.Layer {
  return new TrainkitDropout(options);
}

class TrainkitDropout extends layers.Layer {
  /** Prefixed, since the stock layer `Dropout` would be replaced in saved models. */
  static readonly className = 'TrainkitDropout';
  readonly #p: number;
  readonly #seed: number | bigint | undefined;
  readonly #generator: Generator;

  /** JSON has no bigint, so such a seed is saved as a string. */
  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    // tfjs-layers adds customObjects to the saved config.
    const { customObjects: _, ...options } = config;
    const { seed } = options;
    return new cls(typeof seed === 'string' ? { ...options, seed: BigInt(seed) } : options);
  }

  constructor(options: DropoutLayerOptions) {
    const { p = 0.5, seed, generator, ...rest } = checkOptions('dropout', options, LAYER_OPTIONS);
    super(rest);
    checkDropped('dropout', p);
    this.#p = p;
    this.#seed = seed;
    this.#generator = generatorOf(seed, generator);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    this.invokeCallHook(inputs, kwargs);
    const [x, ...others] = Array.isArray(inputs) ? inputs : [inputs];
    if (x === undefined || others.length > 0) {
      const instead = 'Join several first, as with tf.layers.concatenate().';
      throw new RangeError(expected('dropout', 'the input', inputs, 'one tensor', instead));
    }
    return dropElements(x, this.#p, { training: Boolean(kwargs['training']), generator: this.#generator });
  }

  override getConfig(): serialization.ConfigDict {
    const seed = typeof this.#seed === 'bigint' ? `${this.#seed}` : this.#seed;
    return { ...super.getConfig(), p: this.#p, ...(seed === undefined ? {} : { seed }) };
  }
}
serialization.registerClass(TrainkitDropout, 'Trainkit');

function generatorOf(seed: number | bigint | undefined, generator: Generator | undefined): Generator {
  if (seed !== undefined && generator !== undefined) {
    throw new TypeError(
      'dropout: give a seed or a generator, not both; new Generator(seed) is a generator with a seed.',
    );
  }
  if (seed !== undefined) return new Generator(seed);
  if (generator !== undefined) checkGenerator('dropout', generator);
  return generator ?? defaultGenerator;
}
