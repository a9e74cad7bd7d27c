import { type Body, f32x4, type Local, simdFunction, simdModule, type Value } from '@trainkit/simd';

/** A function of four float32 and two scalars that are the same for all elements. */
type Rule = (f: Body, x: Local<'v128'>, a: Value<'v128'>, b: Value<'v128'>) => Value<'v128'>;

/** An activation on the memory of the WebAssembly backend. */
export type ActivationCode = ReturnType<typeof activationCode>;

/**
 * Assembles f(x) and dy · f′(x), each in one pass. The parameters are the addresses of the result,
 * x and dy, the number of elements, and the two scalars.
 */
export function activationCode({ value, slope }: { value: Rule; slope: Rule }) {
  return simdModule({
    value: simdFunction(['i32', 'i32', 'i32', 'f32', 'f32'], (f, target, x, count, a, b) => {
      const [first, second] = [f.local('v128', f32x4.splat(a)), f.local('v128', f32x4.splat(b))];
      f.elements(count, ({ load, store }) => {
        store(target, value(f, f.local('v128', load(x)), first, second));
      });
    }),
    gradient: simdFunction(['i32', 'i32', 'i32', 'i32', 'f32', 'f32'], (f, target, x, dy, count, a, b) => {
      const [first, second] = [f.local('v128', f32x4.splat(a)), f.local('v128', f32x4.splat(b))];
      f.elements(count, ({ load, store }) => {
        store(target, f32x4.mul(load(dy), slope(f, f.local('v128', load(x)), first, second)));
      });
    }),
  });
}
