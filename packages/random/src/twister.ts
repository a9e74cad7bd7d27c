import { f32x4, i32, i32x4, simdFunction, simdModule, v128 } from '@trainkit/simd';

/** The number of words in a block of MT19937, which is also the size of its state. */
export const STATE_WORDS = 624;

export const OFFSET = 397;
export const UPPER_BIT = 0x8000_0000 | 0;
export const LOWER_BITS = 0x7fff_ffff;
export const TWIST = 0x9908_b0df | 0;

/**
 * The largest number of blocks that are made at once, so that all of them fit the first-level
 * cache.
 */
export const MOST_BLOCKS = 8;

const BYTES = 4 * STATE_WORDS;
const MOST_VALUES = ((MOST_BLOCKS + 1) * STATE_WORDS) / 2;

// One page. The states are consecutive, each computed from the one before it, so no index wraps
// around.
const STATES = 0;
const WORDS = STATES + (MOST_BLOCKS + 1) * BYTES;
const VALUES = WORDS + (MOST_BLOCKS + 1) * BYTES;

const code = simdModule({
  /** Computes `count` new states after the first one, and their tempered words. */
  makeBlocks: simdFunction(['i32'], (f, count) => {
    const end = i32.mul(i32.add(count, 1), BYTES);
    const [upper, lower] = [constant(f, UPPER_BIT), constant(f, LOWER_BITS)];
    const [twist, b, c] = [constant(f, TWIST), constant(f, 0x9d2c_5680 | 0), constant(f, 0xefc6_0000 | 0)];
    const x = f.local('v128', i32x4.splat(0));
    f.for(BYTES, end, 16, (at) => {
      const old = i32.sub(at, BYTES);
      const next = f.local('v128', v128.load(old, STATES + 4));
      const mixed = v128.or(v128.and(v128.load(old, STATES), upper), v128.and(next, lower));
      const odd = i32x4.shr(i32x4.shl(next, 31), 31);
      const far = v128.load(old, STATES + 4 * OFFSET);
      f.set(x, v128.xor(v128.xor(far, i32x4.shrUnsigned(mixed, 1)), v128.and(odd, twist)));
      f.do(v128.store(at, x, STATES));
      f.set(x, v128.xor(x, i32x4.shrUnsigned(x, 11)));
      f.set(x, v128.xor(x, v128.and(i32x4.shl(x, 7), b)));
      f.set(x, v128.xor(x, v128.and(i32x4.shl(x, 15), c)));
      f.do(v128.store(at, v128.xor(x, i32x4.shrUnsigned(x, 18)), WORDS));
    });
  }),

  /**
   * For each of `count` pairs of words from the address `words` on: `value` if the 53 low bits of
   * (first, second) are below the threshold, else 0 · `value`. Pairs are compared four at a time,
   * so up to three more values are written after the last.
   */
  compare: simdFunction(['i32', 'i32', 'i32', 'i32', 'f32'], (f, words, count, high, low, value) => {
    const [highs, lows] = [f.local('v128', i32x4.splat(high)), f.local('v128', i32x4.splat(low))];
    const [bits, values] = [constant(f, 0x1f_ffff), f.local('v128', f32x4.splat(value))];
    const zeros = f.local('v128', v128.and(values, constant(f, UPPER_BIT)));
    const pair = f.local('i32', words);
    f.for(VALUES, i32.add(i32.shl(count, 2), VALUES), 16, (at) => {
      const [left, right] = [f.local('v128', v128.load(pair)), f.local('v128', v128.load(pair, 16))];
      const first = f.local('v128', v128.and(i32x4.shuffle(left, right, [0, 2, 4, 6]), bits));
      const second = i32x4.shuffle(left, right, [1, 3, 5, 7]);
      const tie = v128.and(i32x4.eq(first, highs), i32x4.ltUnsigned(second, lows));
      const below = v128.or(i32x4.lt(first, highs), tie);
      f.do(v128.store(at, v128.or(v128.and(below, values), zeros)));
      f.set(pair, i32.add(pair, 32));
    });
  }),
});

type Body = Parameters<Parameters<typeof simdFunction<[]>>[1]>[0];
const constant = (f: Body, value: number) => f.local('v128', i32x4.splat(value));

/**
 * Makes the blocks of all generators, four words at a time, in one page of memory that they share.
 */
export class Twister {
  readonly #code;
  readonly #words: Int32Array;
  readonly #values: Float32Array;

  constructor(functions: NonNullable<ReturnType<typeof code.on>>, { buffer }: WebAssembly.Memory) {
    this.#code = functions;
    this.#words = new Int32Array(buffer, 0, VALUES / 4);
    this.#values = new Float32Array(buffer, VALUES, MOST_VALUES);
  }

  /**
   * Makes `count` blocks, at most {@link MOST_BLOCKS}. `state` becomes that of the last block, and
   * `words` its tempered words. The last `unused` of the old words are kept before those of the new
   * blocks.
   *
   * @returns the address of the first unused word
   */
  advance(state: Int32Array, words: Int32Array, count: number, unused = 0): number {
    const memory = this.#words;
    const start = WORDS / 4 + STATE_WORDS - unused;
    if (unused > 0) memory.set(words.subarray(STATE_WORDS - unused), start);
    if (count > 0) {
      memory.set(state, STATES / 4);
      this.#code.makeBlocks(count);
      const last = count * STATE_WORDS;
      state.set(memory.subarray(STATES / 4 + last, STATES / 4 + last + STATE_WORDS));
      words.set(memory.subarray(WORDS / 4 + last, WORDS / 4 + last + STATE_WORDS));
    }
    return 4 * start;
  }

  /** See `compare`; the values stay valid until the next call. */
  compare(address: number, count: number, high: number, low: number, value: number): Float32Array {
    this.#code.compare(address, count, high, low, value);
    return this.#values.subarray(0, count);
  }
}

let twister: Twister | null | undefined;

/** The twister, created at its first use; null without SIMD. */
export function simdTwister(): Twister | null {
  if (twister === undefined) twister = makeTwister();
  return twister;
}

function makeTwister(): Twister | null {
  if (typeof WebAssembly === 'undefined') return null;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const functions = code.on(memory);
  return functions === null ? null : new Twister(functions, memory);
}
