import { type Body, f32x4, i32x4, type Local, type Value, v128 } from '@trainkit/simd';

type Vector = Value<'v128'>;

const { add, sub, mul, div, gt, splat } = f32x4;

/** A polynomial of x, from its coefficients, the highest power first. */
export function polynomial(x: Vector, [first = 0, ...rest]: readonly number[]): Vector {
  return rest.reduce((sum, coefficient) => add(mul(sum, x), splat(coefficient)), splat(first));
}

/** |x| */
export function abs(x: Vector): Vector {
  return v128.and(x, i32x4.splat(0x7fffffff));
}

/** The smaller of x and a scalar; NaN if x is NaN. */
export function atMost(x: Local<'v128'>, bound: number): Vector {
  return v128.select(splat(bound), x, gt(x, splat(bound)));
}

/**
 * The parts of exp(x) = 2ᵏ · (1 + q) with an integer k and q = exp(r) − 1, |r| ≤ log(2) / 2; q is
 * the polynomial of Cephes' expf.
 */
function parts(f: Body, x: Local<'v128'>): { power: Local<'v128'>; q: Local<'v128'> } {
  // Adding this number rounds a float32 to an integer, which is then in the last bits.
  const toWhole = splat(1.5 * 2 ** 23);
  const shifted = f.local('v128', add(mul(x, splat(Math.LOG2E)), toWhole));
  const k = f.local('v128', sub(shifted, toWhole));
  const r = f.local('v128', sub(sub(x, mul(k, splat(0.693359375))), mul(k, splat(-2.1219444e-4))));
  const rest = polynomial(r, [1.9875691e-4, 1.3981999e-3, 8.333452e-3, 4.1665796e-2, 0.16666666, 0.5]);
  return {
    power: f.local('v128', i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23)),
    q: f.local('v128', add(mul(mul(r, r), rest), r)),
  };
}

/** The value of x below which exp(x) is no normal float32. */
const SMALLEST = -87.3;

/** exp(x) for x up to 88, exact to the last bits; 0 where it is below 1e-38, NaN if x is NaN. */
export function exp(f: Body, x: Local<'v128'>): Vector {
  const { power, q } = parts(f, x);
  return v128.andNot(add(mul(power, q), power), gt(splat(SMALLEST), x));
}

/** exp(x) − 1 for x up to 88, exact near 0 too; NaN if x is NaN. */
export function expm1(f: Body, x: Local<'v128'>): Vector {
  const { power, q } = parts(f, x);
  const exact = add(mul(power, q), sub(power, splat(1)));
  return v128.select(splat(-1), exact, gt(splat(SMALLEST), x));
}

/** log(1 + y) for y from 0 to 1, exact near 0 too: 2 · artanh(y / (2 + y)). */
export function log1p(f: Body, y: Local<'v128'>): Vector {
  const s = f.local('v128', div(y, add(y, splat(2))));
  const square = f.local('v128', mul(s, s));
  return mul(
    add(s, s),
    polynomial(
      square,
      [13, 11, 9, 7, 5, 3, 1].map((odd) => 1 / odd),
    ),
  );
}

/** 1 / (1 + exp(−x)), exact in both tails; NaN if x is NaN. */
export function sigmoid(f: Body, x: Local<'v128'>): Vector {
  const small = f.local('v128', exp(f, f.local('v128', sub(splat(0), abs(x)))));
  return div(v128.select(small, splat(1), gt(splat(0), x)), add(small, splat(1)));
}
