import { expected, show } from '@trainkit/checks';
import { type Generator, isGenerator } from './generator.js';

/**
 * Throws unless `generator` is a {@link Generator}, of this copy of the package or another. It is
 * for functions with an option `generator`.
 *
 * @param name the name of the function that received the option, the first word of the error:
 *   `'dropout'`
 *
 * @example
 * ```ts
 * import { checkGenerator, defaultGenerator, type Generator } from '@trainkit/random';
 *
 * function roll({ generator = defaultGenerator }: { generator?: Generator } = {}): number {
 *   checkGenerator('roll', generator);
 *   return 1 + Math.floor(generator.uniform(1, 0, 6)[0]!);
 * }
 *
 * try {
 *   roll({ generator: 7 as never });
 * } catch (error) {
 *   console.log(`${error}`);
 *   // → TypeError: roll: generator is 7; expected a Generator of @trainkit/random. Write { generator: new Generator(7) }.
 * }
 * ```
 */
export function checkGenerator(name: string, generator: unknown): asserts generator is Generator {
  if (isGenerator(generator)) return;
  const seed = typeof generator === 'number' || typeof generator === 'bigint' ? show(generator) : 'seed';
  const instead = `Write { generator: new Generator(${seed}) }.`;
  throw new TypeError(expected(name, 'generator', generator, 'a Generator of @trainkit/random', instead));
}
