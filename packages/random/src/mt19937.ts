import {
  LOWER_BITS,
  MOST_BLOCKS,
  OFFSET,
  STATE_WORDS,
  simdTwister,
  TWIST,
  type Twister,
  UPPER_BIT,
} from './twister.js';

/**
 * The Mersenne Twister MT19937, drawn a block of 624 words at a time.
 *
 * Words are stored as signed 32-bit integers, which V8 keeps unboxed, while a value read from a
 * `Uint32Array` may become a double. A word read from {@link words} is unsigned after `>>> 0`.
 *
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
 * uniform pseudo-random number generator", ACM TOMACS 8(1), 1998, with the seeding of 2002
 * (`init_genrand`).
 */
export class Mt19937 {
  /** The tempered words of the current block, the outputs of the generator. */
  readonly words = new Int32Array(STATE_WORDS);
  /** The number of used words of the current block; at 624 the next draw makes a new block. */
  offset = STATE_WORDS;
  readonly #state = new Int32Array(STATE_WORDS);

  /** @param seed an unsigned 32-bit integer */
  constructor(seed: number) {
    this.seed(seed);
  }

  seed(seed: number): void {
    const state = this.#state;
    let previous = seed | 0;
    state[0] = previous;
    for (let i = 1; i < STATE_WORDS; i++) {
      previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + i) | 0;
      state[i] = previous;
    }
    this.offset = STATE_WORDS;
  }

  /** The next word, signed. */
  next(): number {
    if (this.offset === STATE_WORDS) this.refill();
    return this.words[this.offset++]!;
  }

  /**
   * Makes the next block of 624 words; callers that read {@link words} in bulk call it when
   * `offset` is 624.
   */
  refill(): void {
    this.offset = 0;
    const twister = simdTwister();
    if (twister !== null) {
      twister.advance(this.#state, this.words, 1);
      return;
    }
    STATE.set(this.#state);
    nextBlock();
    this.#state.set(STATE);
    this.words.set(WORDS);
  }

  /**
   * Draws up to `count` pairs of words at once; {@link Twister.compare} reads them at `address`.
   * Returns null without SIMD.
   */
  drawPairs(count: number): { twister: Twister; address: number; pairs: number } | null {
    const twister = simdTwister();
    if (twister === null) return null;
    const unused = STATE_WORDS - this.offset;
    const blocks = Math.min(MOST_BLOCKS, Math.ceil(Math.max(0, 2 * count - unused) / STATE_WORDS));
    const address = twister.advance(this.#state, this.words, blocks, unused);
    const available = unused + blocks * STATE_WORDS;
    const pairs = Math.min(count, available >> 1);
    this.offset = STATE_WORDS - (available - 2 * pairs);
    return { twister, address, pairs };
  }

  /** Draws `count` words with `draw`, which makes blocks in these arrays as needed. */
  drawNatively(count: number, draw: (state: Int32Array, words: Int32Array, offset: number) => void): void {
    draw(this.#state, this.words, this.offset);
    const beyond = count - (STATE_WORDS - this.offset);
    this.offset = beyond <= 0 ? this.offset + count : ((beyond - 1) % STATE_WORDS) + 1;
  }

  /** A copy of the 624 words of state, untempered and unsigned. */
  snapshot(): number[] {
    return Array.from(this.#state, (word) => word >>> 0);
  }

  /** Returns a function that restores the engine's current state. */
  save(): () => void {
    const [state, words, offset] = [this.#state.slice(), this.words.slice(), this.offset];
    return () => {
      this.#state.set(state);
      this.words.set(words);
      this.offset = offset;
    };
  }

  /** Continues from a {@link snapshot}, `offset` words into its block. */
  restore(state: ArrayLike<number>, offset: number): void {
    this.#state.set(state);
    for (let i = 0; i < STATE_WORDS; i++) this.words[i] = temper(this.#state[i]!);
    this.offset = offset;
  }
}

// The arrays in which every generator computes its next block without SIMD. They belong to the
// module instead of a generator, since V8 compiles their addresses and lengths into the loops as
// constants, which makes the loops up to twice as fast. Exported arrays would be slow again.
const STATE = new Int32Array(STATE_WORDS);
const WORDS = new Int32Array(STATE_WORDS);

/**
 * Replaces STATE by its successor and tempers it into WORDS, in one pass that loads each word once.
 */
function nextBlock(): void {
  let current = STATE[0]!;
  // Three loops, since the recurrence reads the words 1 and 397 positions ahead, which wrap around.
  for (let i = 0; i < STATE_WORDS - OFFSET; i++) {
    const next = STATE[i + 1]!;
    const word = twist(current, next, STATE[i + OFFSET]!);
    STATE[i] = word;
    WORDS[i] = temper(word);
    current = next;
  }
  for (let i = STATE_WORDS - OFFSET; i < STATE_WORDS - 1; i++) {
    const next = STATE[i + 1]!;
    const word = twist(current, next, STATE[i + OFFSET - STATE_WORDS]!);
    STATE[i] = word;
    WORDS[i] = temper(word);
    current = next;
  }
  const word = twist(current, STATE[0]!, STATE[OFFSET - 1]!);
  STATE[STATE_WORDS - 1] = word;
  WORDS[STATE_WORDS - 1] = temper(word);
}

function twist(current: number, next: number, far: number): number {
  const mixed = (current & UPPER_BIT) | (next & LOWER_BITS);
  return far ^ (mixed >>> 1) ^ (-(next & 1) & TWIST);
}

function temper(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c_5680;
  y ^= (y << 15) & 0xefc6_0000;
  return y ^ (y >>> 18);
}
