import { checkInteger, checkNumber, checkProbability, expected, type NumberRange } from '@trainkit/checks';
import { fillBernoulli } from './bernoulli.js';
import { Mt19937 } from './mt19937.js';
import { nativeDraws } from './native-draws.js';
import { BLOCK, boxMullerBlock, boxMullerPair } from './normal.js';
import { seedWord } from './seed.js';
import { checkState, type GeneratorState } from './state.js';
import { beforeAdvance, refuseStep } from './step.js';
import { STATE_WORDS } from './twister.js';

/**
 * Marks a Generator for every copy of this package in a program; `instanceof` would not recognize
 * another copy's.
 */
const BRAND: unique symbol = Symbol.for('@trainkit/random.Generator');

/** True if `value` is a {@link Generator}, of this copy of the package or another. */
export function isGenerator(value: unknown): value is Generator {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The largest of the 24-bit fractions from which uniform numbers are computed. */
const LARGEST_FRACTION = 1 - 2 ** -24;

/**
 * The length from which on PyTorch's `randperm` uses another algorithm, which draws 64 bits for
 * each element.
 */
const PERMUTATION_LIMIT = Math.floor(0xffff_ffff / 20) - 1;

/**
 * PyTorch's CPU random number generator: the same seed gives the same numbers in the same order.
 *
 * All numbers equal PyTorch's bit for bit. PyTorch itself draws 16 normals and more with other last
 * bits on a processor without AVX2, such as ARM: within 5e-7 at std 1.
 *
 * A generator advances: each call continues the stream of the last one. The trap for users of
 * TensorFlow.js: a seed there belongs to one call, so that two calls with one seed give the same
 * numbers, and seed 0 means "no seed". Here 0 is a seed like any other.
 *
 * The numbers are not suitable for secrets: MT19937 can be predicted from 624 of its outputs.
 *
 * @example
 * ```ts
 * import { Generator } from '@trainkit/random';
 *
 * const generator = new Generator(0);
 * console.log(generator.uniform(2).join(' ')); // → 0.49625658988952637 0.7682217955589294
 * console.log(generator.permutation(5).join(' ')); // → 3 1 0 4 2
 * ```
 *
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998; G. Box, M. Muller,
 * "A note on the generation of random normal deviates", 1958; PyTorch 2.15's documented behavior,
 * by its goldens.
 */
export class Generator {
  readonly #engine: Mt19937;
  #nextNormal: number | null = null;

  /**
   * @param seed a whole number from -2⁶³ to 2⁶⁴ - 1, as in `torch.manual_seed`; above 2⁵³ as a
   *   bigint. Only its low 32 bits count, in PyTorch too.
   */
  constructor(seed: number | bigint) {
    refuseStep('makes a generator; make it outside');
    this.#engine = new Mt19937(seedWord(seed));
  }

  /** Marks a Generator, for `isGenerator`. */
  get [BRAND](): true {
    return true;
  }

  /** Restarts from `seed`, as if newly constructed. Returns the generator. */
  manualSeed(seed: number | bigint): this {
    const word = seedWord(seed);
    refuseStep('seeds a generator; seed it outside');
    this.#beforeChange();
    this.#engine.seed(word);
    this.#nextNormal = null;
    return this;
  }

  /**
   * `n` float32 values, uniform in [low, high): `u · (high − low) + low`, rounded once, with
   * u of 24 bits.
   *
   * Each value takes one draw. Equals `torch.empty(n).uniform_(low, high)`: a value that float32
   * would round to `high` is replaced by `low`, as there.
   */
  uniform(n: number, low = 0, high = 1): Float32Array<ArrayBuffer> {
    checkInteger('uniform', 'n', n);
    checkNumber('uniform', 'low', low);
    checkNumber('uniform', 'high', high);
    const from = Math.fround(low);
    const to = Math.fround(high);
    const range = Math.fround(to - from);
    if (low > high) {
      throw new RangeError(expected('uniform', 'low', low, `a number of at most high, which is ${high}`));
    }
    if (!Number.isFinite(range)) {
      throw new RangeError(expected('uniform', 'high - low', high - low, 'a number in the range of float32'));
    }
    const values = new Float32Array(n);
    this.#beforeChange();
    this.#fillUniform(values, 0, n, from, range);
    // The largest fraction shows if any value can have reached the bound; in [0, 1) none can.
    if (Math.fround(LARGEST_FRACTION * range + from) === to) {
      for (let i = 0; i < n; i++) if (values[i] === to) values[i] = from;
    }
    return values;
  }

  /**
   * `n` float32 values from the normal distribution N(mean, std²), not truncated.
   *
   * Equals `torch.empty(n).normal_(mean, std)`. Like PyTorch, it has two algorithms. From 16
   * values on, it computes float32 blocks of 16 with one draw for each value; if n is no multiple
   * of 16, the last 16 are drawn again. Below that, it computes pairs in double precision with four
   * draws, and keeps the second value for the next short call.
   *
   * A mean or std outside of float32's range (from 3.5e38 on) is an error; PyTorch draws
   * infinities.
   */
  normal(n: number, mean = 0, std = 1): Float32Array<ArrayBuffer> {
    checkInteger('normal', 'n', n);
    checkFloat32('normal', 'mean', mean);
    checkFloat32('normal', 'std', std, { min: 0 });
    const values = new Float32Array(n);
    this.#beforeChange();
    if (n < BLOCK) {
      for (let i = 0; i < n; i++) values[i] = this.#drawNormal() * std + mean;
      return values;
    }
    this.#fillUniform(values, 0, n, 0, 1);
    const center = Math.fround(mean);
    const scale = Math.fround(std);
    for (let i = 0; i + BLOCK <= n; i += BLOCK) boxMullerBlock(values, i, center, scale);
    if (n % BLOCK !== 0) {
      this.#fillUniform(values, n - BLOCK, n, 0, 1);
      boxMullerBlock(values, n - BLOCK, center, scale);
    }
    return values;
  }

  /**
   * `n` values, each 1 with probability `p` and 0 otherwise.
   *
   * Each value takes two draws, of which 53 bits are compared with p. Equals
   * `torch.empty(n).bernoulli_(p)`; dropout's keep mask is this with p = 1 − rate. (PyTorch built
   * with MKL draws another stream on Intel CPUs.)
   */
  bernoulli(n: number, p = 0.5): Uint8Array<ArrayBuffer> {
    checkInteger('bernoulli', 'n', n);
    checkProbability('bernoulli', 'p', p);
    const values = new Uint8Array(n);
    this.#beforeChange();
    fillBernoulli(this.#engine, values, p, 1);
    return values;
  }

  /**
   * `n` float32 values, each `value` with probability `p` and 0 otherwise: {@link bernoulli} times
   * `value`, in one pass.
   *
   * Dropout multiplies by this with p = 1 − rate and value = 1 / p. It draws the same numbers as
   * `bernoulli`.
   */
  scaledBernoulli(n: number, p: number, value: number): Float32Array<ArrayBuffer> {
    checkInteger('scaledBernoulli', 'n', n);
    const values = new Float32Array(n);
    this.#fillBernoulli('scaledBernoulli', values, p, value);
    return values;
  }

  /** Fills existing memory, `values`, with the result of {@link scaledBernoulli}. */
  fillBernoulli(values: Float32Array, p: number, value: number): void {
    if (!(values instanceof Float32Array)) {
      throw new TypeError(expected('fillBernoulli', 'values', values, 'a Float32Array'));
    }
    this.#fillBernoulli('fillBernoulli', values, p, value);
  }

  /**
   * The numbers 0 to n − 1 in random order. Equals `torch.randperm(n)`.
   *
   * It takes n − 1 draws (none for n ≤ 1). Defined up to n = 214,748,363, since PyTorch shuffles
   * larger ones differently.
   */
  permutation(n: number): Int32Array<ArrayBuffer> {
    checkInteger('permutation', 'n', n, { max: PERMUTATION_LIMIT });
    const values = new Int32Array(n);
    this.#beforeChange();
    for (let i = 0; i < n; i++) values[i] = i;
    for (let i = 0; i < n - 1; i++) {
      const other = i + ((this.#engine.next() >>> 0) % (n - i));
      const value = values[i]!;
      values[i] = values[other]!;
      values[other] = value;
    }
    return values;
  }

  /**
   * One whole number from 0 to 2⁶³ − 1. Equals `torch.empty((), dtype=torch.int64).random_()`; two
   * draws.
   */
  int64(): bigint {
    this.#beforeChange();
    const first = BigInt(this.#engine.next() >>> 0);
    const second = BigInt(this.#engine.next() >>> 0);
    return BigInt.asUintN(63, (first << 32n) | second);
  }

  /** `n` raw draws of 32 bits, from which all other numbers are computed. */
  uint32(n: number): Uint32Array<ArrayBuffer> {
    checkInteger('uint32', 'n', n);
    const values = new Uint32Array(n);
    this.#beforeChange();
    const engine = this.#engine;
    for (let i = 0; i < n; ) {
      if (engine.offset === STATE_WORDS) engine.refill();
      const count = Math.min(n - i, STATE_WORDS - engine.offset);
      values.set(engine.words.subarray(engine.offset, engine.offset + count), i);
      engine.offset += count;
      i += count;
    }
    return values;
  }

  /**
   * The complete state of the generator. Pass it to {@link loadStateDict}, now or in another
   * process, to continue the stream.
   *
   * It is a plain object that `JSON.stringify` keeps completely (7 kB).
   *
   * @example
   * ```ts
   * import { Generator } from '@trainkit/random';
   *
   * const generator = new Generator(0);
   * generator.normal(3);
   * const saved = JSON.stringify(generator.stateDict());
   * const resumed = new Generator(1).loadStateDict(JSON.parse(saved));
   * console.log(resumed.int64() === generator.int64()); // → true
   * ```
   */
  stateDict(): GeneratorState {
    refuseStep('reads the state of a generator; read it outside');
    return { words: this.#engine.snapshot(), offset: this.#engine.offset, nextNormal: this.#nextNormal };
  }

  /**
   * Continues from a {@link stateDict}; throws, and changes nothing, if `state` is not one.
   * Returns the generator.
   */
  loadStateDict(state: GeneratorState): this {
    checkState(state);
    refuseStep('restores a generator; do so outside');
    this.#beforeChange();
    this.#engine.restore(state.words, state.offset);
    this.#nextNormal = state.nextNormal;
    return this;
  }

  #beforeChange(): void {
    beforeAdvance(this, () => {
      const restore = this.#engine.save();
      const nextNormal = this.#nextNormal;
      return () => {
        restore();
        this.#nextNormal = nextNormal;
      };
    });
  }

  #fillBernoulli(method: string, values: Float32Array, p: number, value: number): void {
    checkProbability(method, 'p', p);
    checkNumber(method, 'value', value);
    this.#beforeChange();
    fillBernoulli(this.#engine, values, p, value);
  }

  #fillUniform(values: Float32Array, start: number, end: number, from: number, range: number): void {
    const engine = this.#engine;
    const native = nativeDraws(end - start);
    if (native !== null) {
      const part = values.subarray(start, end);
      engine.drawNatively(end - start, (state, words, offset) =>
        native.uniform(state, words, offset, part, from, range),
      );
      return;
    }
    const { words } = engine;
    for (let i = start; i < end; ) {
      if (engine.offset === STATE_WORDS) engine.refill();
      let offset = engine.offset;
      const stop = Math.min(end, i + STATE_WORDS - offset);
      // The product is exact in double precision (24 by 24 bits), so storing rounds once, like
      // PyTorch's fused multiply-add.
      for (; i < stop; i++) values[i] = (words[offset++]! & 0xff_ffff) * 2 ** -24 * range + from;
      engine.offset = offset;
    }
  }

  #drawNormal(): number {
    const kept = this.#nextNormal;
    if (kept !== null) {
      this.#nextNormal = null;
      return kept;
    }
    const [first, second] = boxMullerPair(this.#uniform53(), this.#uniform53());
    this.#nextNormal = second;
    return first;
  }

  #uniform53(): number {
    const high = this.#engine.next() & 0x1f_ffff;
    return (high * 2 ** 32 + (this.#engine.next() >>> 0)) * 2 ** -53;
  }
}

/** Throws outside of float32's range, where PyTorch would draw infinities. */
function checkFloat32(method: string, name: string, value: number, range: NumberRange = {}): void {
  checkNumber(method, name, value, range);
  if (Number.isFinite(Math.fround(value))) return;
  throw new RangeError(expected(method, name, value, 'a number in the range of float32'));
}
