import type { Mt19937 } from './mt19937.js';
import { nativeDraws } from './native-draws.js';
import { STATE_WORDS } from './twister.js';

/**
 * Sets each element to `value` with probability `p`, and to 0 otherwise; each takes two draws of
 * `engine`.
 */
export function fillBernoulli(
  engine: Mt19937,
  values: Uint8Array | Float32Array,
  p: number,
  value: number,
): void {
  // x · 2⁻⁵³ < p holds for exactly the integers x below this one. It has up to 54 bits, so the high
  // words are compared first, and the low ones only on a tie: all numbers stay 32-bit integers.
  const threshold = Math.ceil(p * 2 ** 53);
  const high = Math.floor(threshold / 2 ** 32) | 0;
  const low = threshold >>> 0;
  const n = values.length;
  const native = values instanceof Float32Array ? nativeDraws(n) : null;
  if (native !== null && values instanceof Float32Array) {
    engine.drawNatively(2 * n, (state, words, offset) =>
      native.bernoulli(state, words, offset, values, threshold, value),
    );
    return;
  }
  for (let i = 0; i < n; ) {
    const drawn = engine.drawPairs(n - i);
    if (drawn === null) {
      fillPlainly(engine, values, high, low, value);
      return;
    }
    const { twister, address, pairs } = drawn;
    values.set(twister.compare(address, pairs, high, low, value), i);
    i += pairs;
  }
}

/** The same without WebAssembly. */
function fillPlainly(
  engine: Mt19937,
  values: Uint8Array | Float32Array,
  high: number,
  low: number,
  value: number,
): void {
  const { words } = engine;
  const n = values.length;
  for (let i = 0; i < n; ) {
    // A block has an even number of words, so pairs are not split unless an odd number was drawn
    // before.
    if (engine.offset === STATE_WORDS - 1) {
      values[i++] = below(engine.next(), engine.next(), high, low) * value;
      continue;
    }
    if (engine.offset === STATE_WORDS) engine.refill();
    let { offset } = engine;
    const end = Math.min(n, i + ((STATE_WORDS - offset) >> 1));
    for (; i < end; i++, offset += 2) {
      values[i] = below(words[offset]!, words[offset + 1]!, high, low) * value;
    }
    engine.offset = offset;
  }
}

/** 1 if the 53 low bits of (first, second) are below the threshold, else 0. */
function below(first: number, second: number, high: number, low: number): number {
  // The sign bit of the difference instead of a branch: with p = 0.5 half of the branches would be
  // mispredicted.
  const difference = (first & 0x1f_ffff) - high;
  if (difference === 0) return second >>> 0 < low ? 1 : 0;
  return difference >>> 31;
}
