/**
 * Draws by the addon of `@trainkit/native`, which this package does not depend on: it registers them where it is loaded.
 * Each changes `state` and `words` as this package would, `offset` words of which are used up, and fills `values` with the
 * same numbers.
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

/** Fewer values are drawn faster in JavaScript. */
const FEWEST = 64;

/** The addon's draws, where it is loaded and this many values are worth a call. */
export function nativeDraws(count: number): NativeDraws | null {
  return count < FEWEST ? null : (home[NATIVE_DRAWS] ?? null);
}
