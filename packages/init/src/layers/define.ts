import { type DataType, serialization, type Tensor } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { checkGenerator, defaultGenerator, Generator } from '@trainkit/random';
import type { Shape } from '../layout.js';
import { decode, encode } from './config.js';

/** The type of `kernelInitializer`, `biasInitializer` and similar options of `tf.layers`. */
export type Initializer = ReturnType<typeof initializers.ones>;

/** The source of random numbers of a layer's initializer, if it is not the default generator. */
export interface RandomOptions {
  /**
   * The seed of this initializer's own generator, which advances from weight to weight. Saved with
   * the model.
   */
  seed?: number | bigint | undefined;
  /**
   * A generator that may be shared; it advances. It is not saved: a loaded model draws from the
   * default generator.
   */
  generator?: Generator | undefined;
}

const Base = initializerClass();

/**
 * Makes the factory of a tfjs-layers initializer from `draw`, and registers its class so that saved
 * models can be loaded.
 */
export function defineInitializer<Options extends object>(
  name: string,
  names: OptionNames<Options>,
  draw: (shape: Shape, options: Options) => Tensor,
): (options: Options & RandomOptions) => Initializer {
  const isRandom = 'generator' in names;
  const known = isRandom ? { ...names, seed: true } : names;

  class LayerInitializer extends Base {
    /**
     * Prefixed, since a class of the same name from another library would be replaced in saved
     * models.
     */
    static readonly className: string = `Trainkit${name[0]!.toUpperCase()}${name.slice(1)}`;
    readonly #options: Options & RandomOptions;
    readonly #drawOptions: Options;

    static fromConfig<T extends serialization.Serializable>(
      cls: serialization.SerializableConstructor<T>,
      config: serialization.ConfigDict,
    ): T {
      return new cls(decode(config));
    }

    constructor(options: Options & RandomOptions) {
      super();
      checkOptions<object>(name, options, known);
      const drawOptions: Options & RandomOptions = { ...options };
      if (isRandom) drawOptions.generator = generatorOf(name, options);
      delete drawOptions.seed;
      this.#options = options;
      this.#drawOptions = drawOptions;
    }

    override apply(shape: (number | null)[], dtype: DataType = 'float32'): Tensor {
      if (dtype !== 'float32') {
        throw new TypeError(expected(name, 'the dtype of the weight', dtype, '"float32"'));
      }
      const sizes = shape.map((size) => size ?? Number.NaN);
      return draw(sizes, this.#drawOptions);
    }

    override getConfig(): serialization.ConfigDict {
      return encode(this.#options);
    }
  }
  serialization.registerClass(LayerInitializer, 'Trainkit');
  return (options) => new LayerInitializer(options);
}

function generatorOf(name: string, { seed, generator }: RandomOptions): Generator {
  if (seed !== undefined && generator !== undefined) {
    throw new TypeError(
      `${name}: give a seed or a generator, not both; new Generator(seed) is a generator with a seed.`,
    );
  }
  if (seed !== undefined) return new Generator(seed);
  if (generator !== undefined) checkGenerator(name, generator);
  return generator ?? defaultGenerator;
}

/** The parent class of every initializer. tfjs-layers requires it, but does not export it. */
function initializerClass(): new () => Initializer {
  const parent: unknown = Object.getPrototypeOf(initializers.zeros().constructor);
  if (isInitializerClass(parent)) return parent;
  throw new Error('@trainkit/init/layers: tfjs-layers has no Initializer class where version 4.22 has it.');
}

function isInitializerClass(value: unknown): value is new () => Initializer {
  return typeof value === 'function' && initializers.zeros() instanceof value;
}
