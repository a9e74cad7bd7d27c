import { type Body, f32x4, type Local, type Value, v128 } from '@trainkit/simd';
import { activationCode } from './activation-code.js';
import { DENSITY_AT_0, LOG_TAIL } from './normal.js';
import { abs, exp, polynomial, sigmoid } from './vector-math.code.js';

const { add, sub, mul, div, gt, splat } = f32x4;

/** x · Φ(x), where Φ is the distribution function of the standard normal distribution. */
export const geluCode = activationCode({
  value: (f, x) => mul(x, cdf(f, x)),
  slope: (f, x) => {
    const exponent = f.local('v128', mul(mul(x, splat(-0.5)), x));
    return add(cdf(f, x), mul(mul(x, splat(DENSITY_AT_0)), exp(f, exponent)));
  },
});

function cdf(f: Body, x: Local<'v128'>): Value<'v128'> {
  const z = f.local('v128', mul(abs(x), splat(Math.SQRT1_2)));
  const t = f.local('v128', div(splat(2), add(z, splat(2))));
  const at = f.local('v128', sub(add(t, t), splat(1)));
  const exponent = f.local('v128', sub(polynomial(at, LOG_TAIL), mul(z, z)));
  const tail = f.local('v128', mul(mul(t, splat(0.5)), exp(f, exponent)));
  return v128.select(sub(splat(1), tail), tail, gt(x, splat(0)));
}

/** x · σ(scale · (x + cubic · x³)); the scalars are scale and cubic. */
export const geluTanhCode = activationCode({
  value: (f, x, scale, cubic) => mul(x, gate(f, x, scale, cubic)),
  slope: (f, x, scale, cubic) => {
    const s = f.local('v128', gate(f, x, scale, cubic));
    const growth = mul(scale, add(splat(1), mul(mul(splat(3), cubic), mul(x, x))));
    return add(s, mul(mul(mul(x, s), sub(splat(1), s)), growth));
  },
});

function gate(f: Body, x: Local<'v128'>, scale: Value<'v128'>, cubic: Value<'v128'>): Value<'v128'> {
  return sigmoid(f, f.local('v128', mul(scale, add(x, mul(cubic, mul(x, mul(x, x)))))));
}
