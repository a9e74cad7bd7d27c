import { type Generator, isGenerator } from './generator.js';
import { show } from './show.js';

/**
 * Throws unless `generator` is a {@link Generator}, of this copy of the package or another: for functions that take
 * one as the option `generator`.
 *
 * @param name what the option was given to, the first word of the error: `'dropout'`
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
 *   // → TypeError: roll: generator must be a Generator of @trainkit/random; received 7. Write { generator: new Generator(7) }.
 * }
 * ```
 */
export function checkGenerator(name: string, generator: unknown): asserts generator is Generator {
  if (isGenerator(generator)) return;
  const seed = typeof generator === 'number' || typeof generator === 'bigint' ? show(generator) : 'seed';
  throw new TypeError(
    `${name}: generator must be a Generator of @trainkit/random; received ${show(generator)}. ` +
      `Write { generator: new Generator(${seed}) }.`,
  );
}
