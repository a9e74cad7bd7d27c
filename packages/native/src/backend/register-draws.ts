import type { Addon, KernelArray } from './addon.js';

// The key under which `@trainkit/random` finds faster draws; neither package depends on the other.
const NATIVE_DRAWS = Symbol.for('@trainkit/random.nativeDraws');

/**
 * Registers the addon's draws for the generators of `@trainkit/random`, whose numbers stay the
 * same.
 */
export function registerDraws({ kernels, numbers }: Addon): void {
  const draw = (name: string) => {
    const kernel = kernels.get(name);
    if (kernel === undefined) throw new Error(`native: the addon has no kernel '${name}'`);
    return (
      state: Int32Array,
      words: Int32Array,
      offset: number,
      values: Float32Array,
      a: number,
      b: number,
    ) => {
      const arrays: KernelArray[] = [state, words, values];
      const given = [values.length, offset, a, b];
      numbers.set(given);
      kernel(given.length, ...arrays);
    };
  };
  Reflect.set(globalThis, NATIVE_DRAWS, { bernoulli: draw('bernoulli'), uniform: draw('uniform') });
}
