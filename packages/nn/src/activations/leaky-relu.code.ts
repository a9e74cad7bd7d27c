import { f32x4, v128 } from '@trainkit/simd';
import { activationCode } from './activation-code.js';

const { mul, gt, splat } = f32x4;

/** x where x > 0, else a · x. */
export const leakyReluCode = activationCode({
  value: (_, x, a) => v128.select(x, mul(x, a), gt(x, splat(0))),
  slope: (_, x, a) => v128.select(splat(1), a, gt(x, splat(0))),
});
