/** The block size of PyTorch's vectorized algorithm; shorter requests use another one. */
export const BLOCK = 16;

const HALF = BLOCK / 2;
const TWO_PI = Math.fround(2 * Math.PI);
const { cos, fround, log1p, sin, sqrt } = Math;

/**
 * The coefficients of Cephes' logf, cosf and sinf, by falling powers, and the parts of log 2 and
 * π/4.
 */
const LOG = [
  ...[7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1],
  ...[-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
].map(fround);
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(fround);
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(fround);
const LOG2_HIGH = 0.693359375;
const LOG2_LOW = fround(-2.1219444e-4);
const ROOT_HALF = fround(Math.SQRT1_2);
const QUARTER_PI = [0.78515625, 2.4187564849853516e-4, fround(3.774894977445941e-8)] as const;
const FOUR_BY_PI = fround(4 / Math.PI);

/** One float32 number and its bits. */
const number = new Float32Array(1);
const bits = new Int32Array(number.buffer);

/**
 * Transforms 16 uniforms in [0, 1) to 16 normals in place: the Box-Muller transform of the pairs
 * (j, j + 8).
 *
 * The bits are those of PyTorch on processors with AVX2, whose logarithm, sine and cosine are
 * Cephes' polynomials with fused multiply-adds.
 */
export function boxMullerBlock(values: Float32Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + HALF; j++) {
    const radius = fround(sqrt(fround(-2 * logOf(fround(1 - values[j]!)))));
    const angle = fround(TWO_PI * values[j + HALF]!);
    // The octant of the angle, rounded up to an even number, and the angle from there.
    const octant = (Math.trunc(fround(angle * FOUR_BY_PI)) + 1) & ~1;
    const [high, middle, low] = QUARTER_PI;
    const rest = fround(fround(fround(angle - octant * high) - octant * middle) - octant * low);
    const square = fround(rest * rest);
    const inner = fround(polynomial(COS, square) * square);
    const cosine = fround(fround(inner * square - 0.5 * square) + 1);
    const sine = fround(fround(polynomial(SIN, square) * square) * rest + rest);
    const isSwapped = (octant & 2) !== 0;
    const across = ((octant - 2) & 4) === 0 ? -1 : 1;
    const along = (octant & 4) === 0 ? 1 : -1;
    values[j] = fround(radius * across * (isSwapped ? sine : cosine)) * std + mean;
    values[j + HALF] = fround(radius * along * (isSwapped ? cosine : sine)) * std + mean;
  }
}

/** The logarithm of a float32 number from 2⁻²⁴ to 1. */
function logOf(x: number): number {
  number[0] = x;
  const pattern = bits[0]!;
  // x = (1 + rest) · 2^exponent with √½ ≤ 1 + rest < √2.
  bits[0] = (pattern & 0x7f_ffff) | 0x3f00_0000;
  let exponent = (pattern >> 23) - 126;
  let rest = number[0]!;
  if (rest < ROOT_HALF) {
    exponent -= 1;
    rest = fround(2 * rest - 1);
  } else {
    rest = fround(rest - 1);
  }
  const square = fround(rest * rest);
  const cube = fround(polynomial(LOG, rest) * rest);
  const low = fround(cube * square + fround(exponent * LOG2_LOW));
  return fround(fround(rest + fround(low - 0.5 * square)) + exponent * LOG2_HIGH);
}

/**
 * A polynomial by fused multiply-adds: a product of two float32 numbers is exact in double
 * precision, and the sum is rounded to float32.
 */
function polynomial(coefficients: readonly number[], x: number): number {
  let y = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) y = fround(y * x + coefficients[i]!);
  return y;
}

/**
 * Two normals from two uniforms in [0, 1), in double precision: PyTorch's algorithm for fewer than
 * 16 values.
 */
export function boxMullerPair(u1: number, u2: number): [first: number, second: number] {
  const radius = sqrt(-2 * log1p(-u2));
  const angle = 2 * Math.PI * u1;
  return [radius * cos(angle), radius * sin(angle)];
}
