import { f32x4, v128 } from '@trainkit/simd';
import { activationCode } from './activation-code.js';
import { atMost, exp, expm1 } from './vector-math.code.js';

const { mul, gt, le, splat } = f32x4;

/** scale · (x where x > 0, else alpha · (exp(x) − 1)); the scalars are alpha and scale. */
export const eluCode = activationCode({
  value: (f, x, alpha, scale) => {
    const negative = mul(alpha, expm1(f, f.local('v128', atMost(x, 0))));
    return mul(scale, v128.select(x, negative, gt(x, splat(0))));
  },
  slope: (f, x, alpha, scale) => {
    const negative = mul(alpha, exp(f, f.local('v128', atMost(x, 0))));
    // NaN uses the branch of x > 0, as in PyTorch.
    return mul(scale, v128.select(negative, splat(1), le(x, splat(0))));
  },
});
