/**
 * The draws of the addon of `@trainkit/native`. This package does not depend on it; the addon
 * registers them when it is loaded.
 *
 * Each changes `state` and `words`, of which `offset` words are used, as this package does, and
 * fills `values` with the same numbers.
 */
export interface NativeDraws {
  /** See `fillBernoulli`; `threshold` is compared with 53 bits. */
  bernoulli(
    state: Int32Array,
    words: Int32Array,
    offset: number,
    values: Float32Array,
    threshold: number,
    value: number,
  ): void;
  /** See `Generator.uniform`: u · range + from, with u of 24 bits. */
  uniform(
    state: Int32Array,
    words: Int32Array,
    offset: number,
    values: Float32Array,
    from: number,
    range: number,
  ): void;
}

const NATIVE_DRAWS = Symbol.for('@trainkit/random.nativeDraws');
const home: typeof globalThis & { [NATIVE_DRAWS]?: NativeDraws } = globalThis;

/** The number of values below which JavaScript is faster. */
const FEWEST = 64;

/** The addon's draws, if it is loaded and `count` values are worth a call. */
export function nativeDraws(count: number): NativeDraws | null {
  return count < FEWEST ? null : (home[NATIVE_DRAWS] ?? null);
}
