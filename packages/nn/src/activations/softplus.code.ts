import { f32x4, v128 } from '@trainkit/simd';
import { activationCode } from './activation-code.js';
import { abs, exp, log1p, sigmoid } from './vector-math.code.js';

const { add, sub, mul, div, max, gt, splat } = f32x4;

/** log(1 + exp(beta · x)) / beta, and x itself where beta · x > threshold. */
export const softplusCode = activationCode({
  value: (f, x, beta, threshold) => {
    const z = f.local('v128', mul(x, beta));
    const small = f.local('v128', exp(f, f.local('v128', sub(splat(0), abs(z)))));
    const smooth = div(add(max(z, splat(0)), log1p(f, small)), beta);
    return v128.select(x, smooth, gt(z, threshold));
  },
  slope: (f, x, beta, threshold) => {
    const z = f.local('v128', mul(x, beta));
    return v128.select(splat(1), sigmoid(f, z), gt(z, threshold));
  },
});
