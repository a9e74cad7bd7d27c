import { f32x4, simdFunction, simdModule, type Value, v128 } from '@trainkit/simd';

/** A gradient from a function's output y and the gradient of that output. */
const gradient = (rule: (dy: Value<'v128'>, y: Value<'v128'>) => Value<'v128'>) =>
  simdFunction(['i32', 'i32', 'i32', 'i32'], (f, target, dy, y, count) =>
    f.elements(count, ({ load, store }) => {
      const output = f.local('v128', load(y));
      store(target, rule(load(dy), output));
    }),
  );

const ONE = f32x4.splat(1);

/**
 * The gradients of activations. The parameters are the addresses of the result, dy and y, and the
 * number of elements.
 */
export const activationCode = simdModule({
  // A NaN in y is passed on, as in PyTorch.
  relu: gradient((dy, y) => v128.andNot(dy, f32x4.le(y, f32x4.splat(0)))),
  tanh: gradient((dy, y) => f32x4.mul(dy, f32x4.sub(ONE, f32x4.mul(y, y)))),
  sigmoid: gradient((dy, y) => f32x4.mul(dy, f32x4.mul(y, f32x4.sub(ONE, y)))),
});
