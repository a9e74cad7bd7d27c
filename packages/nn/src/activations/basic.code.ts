import { f32x4, simdFunction, simdModule, type Value, v128 } from '@trainkit/simd';

/** A gradient of so many float32, from a function's output y and that output's gradient. */
const gradient = (rule: (dy: Value<'v128'>, y: Value<'v128'>) => Value<'v128'>) =>
  simdFunction(['i32', 'i32', 'i32', 'i32'], (f, target, dy, y, count) =>
    f.elements(count, ({ load, store }) => {
      const output = f.local('v128', load(y));
      store(target, rule(load(dy), output));
    }),
  );

const ONE = f32x4.splat(1);

/** The gradients of activations: where the result goes, dy, y, and how many elements there are. */
export const activationCode = simdModule({
  // A NaN in y is not hidden, nor is it in PyTorch.
  relu: gradient((dy, y) => v128.andNot(dy, f32x4.le(y, f32x4.splat(0)))),
  tanh: gradient((dy, y) => f32x4.mul(dy, f32x4.sub(ONE, f32x4.mul(y, y)))),
  sigmoid: gradient((dy, y) => f32x4.mul(dy, f32x4.mul(y, f32x4.sub(ONE, y)))),
});
