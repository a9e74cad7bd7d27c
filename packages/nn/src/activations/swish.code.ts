import { type Body, f32x4, type Local } from '@trainkit/simd';
import { activationCode } from './activation-code.js';
import { atMost, exp, sigmoid } from './vector-math.code.js';

const { add, sub, mul, div, splat } = f32x4;

/** x · σ(x). */
export const siluCode = activationCode({
  value: (f, x) => mul(x, sigmoid(f, x)),
  slope: (f, x) => {
    const s = f.local('v128', sigmoid(f, x));
    return mul(s, add(splat(1), mul(x, sub(splat(1), s))));
  },
});

/** x · tanh(softplus(x)). */
export const mishCode = activationCode({
  value: (f, x) => mul(x, gate(f, exponential(f, x))),
  slope: (f, x) => {
    const e = exponential(f, x);
    const t = f.local('v128', gate(f, e));
    const s = div(e, add(e, splat(1)));
    return add(t, mul(mul(x, s), sub(splat(1), mul(t, t))));
  },
});

/** The value of x above which tanh(softplus(x)) rounds to 1. */
export const SATURATED = 20;

function exponential(f: Body, x: Local<'v128'>): Local<'v128'> {
  return f.local('v128', exp(f, f.local('v128', atMost(x, SATURATED))));
}

/** tanh(softplus(x)), computed from e = exp(x) as n / (n + 2) with n = e · (e + 2). */
function gate(f: Body, e: Local<'v128'>) {
  const n = f.local('v128', mul(e, add(e, splat(2))));
  return div(n, add(n, splat(2)));
}
