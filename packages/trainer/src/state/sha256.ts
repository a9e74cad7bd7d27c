/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUNDS = Int32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)));

/** The first 32 bits of the fractional parts of the square roots of the first eight primes. */
const START = firstPrimes(8).map((prime) => fraction(Math.sqrt(prime)));

const BLOCK = 64;

/**
 * SHA-256 of bytes, as 64 hexadecimal digits.
 *
 * It uses the Web Crypto API, or JavaScript on insecure origins, where browsers do not provide it.
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  return subtle === undefined ? sha256InJavaScript(bytes) : hex(await subtle.digest('SHA-256', bytes));
}

/** {@link sha256} without the Web Crypto API. */
export function sha256InJavaScript(bytes: Uint8Array): string {
  return new Sha256().update(bytes).digest();
}

/**
 * Incremental SHA-256. FIPS 180-4, section 6.2.
 *
 * It is in JavaScript, since the Web Crypto API needs all bytes at once, and the digest of a
 * growing log is needed often.
 */
export class Sha256 {
  readonly #state = Int32Array.from(START);
  readonly #words = new Int32Array(64);
  /** The bytes after the last complete block. */
  readonly #rest = new Uint8Array(BLOCK);
  #length = 0;

  /** Adds bytes; returns this. */
  update(bytes: Uint8Array): this {
    const waiting = this.#length % BLOCK;
    this.#length += bytes.length;
    const first = bytes.subarray(0, BLOCK - waiting);
    this.#rest.set(first, waiting);
    if (waiting + first.length < BLOCK) return this;
    compress(this.#state, this.#words, viewOf(this.#rest), 0);
    const view = viewOf(bytes);
    let at = first.length;
    for (; at + BLOCK <= bytes.length; at += BLOCK) compress(this.#state, this.#words, view, at);
    this.#rest.set(bytes.subarray(at));
    return this;
  }

  /** The digest of the bytes so far, as 64 hexadecimal digits; more bytes may follow. */
  digest(): string {
    // The remaining bytes, a bit 1, zeros, and the length in bits, in one block or two.
    const rest = this.#length % BLOCK;
    const last = new Uint8Array(rest < BLOCK - 8 ? BLOCK : 2 * BLOCK);
    last.set(this.#rest.subarray(0, rest));
    last[rest] = 0x80;
    const view = viewOf(last);
    view.setBigUint64(last.length - 8, BigInt(this.#length) * 8n);
    const state = this.#state.slice();
    for (let at = 0; at < last.length; at += BLOCK) compress(state, this.#words, view, at);
    const digest = new DataView(new ArrayBuffer(32));
    for (const [i, word] of state.entries()) digest.setInt32(4 * i, word);
    return hex(digest.buffer);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function compress(state: Int32Array, words: Int32Array, view: DataView, at: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const w15 = words[i - 15]!;
    const w2 = words[i - 2]!;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0;
  }
  // Not destructured: the iterator would take as long as the rounds.
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + ROUNDS[i]! + words[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + s0 + majority) | 0;
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i]! += word;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fraction(root: number): number {
  return ((root % 1) * 2 ** 32) >>> 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

function hex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
