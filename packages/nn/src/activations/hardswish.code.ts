import { f32x4, v128 } from '@trainkit/simd';
import { activationCode } from './activation-code.js';
import { atMost } from './vector-math.code.js';

const { add, mul, div, max, gt, le, splat } = f32x4;

/** x · min(max(x + 3, 0), 6) / 6. */
export const hardswishCode = activationCode({
  value: (f, x) => {
    const gate = f.local('v128', max(add(x, splat(3)), splat(0)));
    return div(mul(x, atMost(gate, 6)), splat(6));
  },
  slope: (_, x) => {
    const middle = add(div(x, splat(3)), splat(0.5));
    // NaN uses the branch beyond 3, as in PyTorch.
    return v128.andNot(v128.select(middle, splat(1), gt(splat(3), x)), le(x, splat(-3)));
  },
});
