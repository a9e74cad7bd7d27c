import { Generator } from './generator.js';

/** The seed of PyTorch's own default generator. */
const DEFAULT_SEED = 67280421310721n;

const KEY = Symbol.for('@trainkit/random.defaultGenerator');

/**
 * The generator that random functions use by default; its initial seed is PyTorch's.
 *
 * A program has only one, even if two copies of this package are installed: it is stored under a
 * registered symbol of the global object.
 */
export const defaultGenerator: Generator = sharedGenerator();

/**
 * Seeds {@link defaultGenerator}, as `torch.manual_seed` does, and returns it.
 *
 * @param seed a whole number from -2⁶³ to 2⁶⁴ - 1; above 2⁵³ as a bigint
 *
 * @example
 * ```ts
 * import { manualSeed } from '@trainkit/random';
 *
 * console.log(manualSeed(0).uniform(1)[0]); // → 0.49625658988952637
 * ```
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

function sharedGenerator(): Generator {
  const home: typeof globalThis & { [KEY]?: Generator } = globalThis;
  home[KEY] ??= new Generator(DEFAULT_SEED);
  return home[KEY];
}
