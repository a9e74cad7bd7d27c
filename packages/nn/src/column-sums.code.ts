import { f32x4, f64x2, i32, i32x4, simdFunction, simdModule, v128 } from '@trainkit/simd';

/** The number of columns that are added side by side: those of one cache line. */
const WIDTH = 16;

/**
 * The sum of each column of `rows` rows of `columns` float32, row after row in double precision.
 * Every column is added by the same instructions, whatever its index.
 */
export const columnSumsCode = simdModule({
  columnSums: simdFunction(['i32', 'i32', 'i32', 'i32'], (f, target, source, rows, columns) => {
    const stride = f.local('i32', i32.shl(columns, 2));
    const zero = f.local('v128', f64x2.splat(0));
    const wide = f.local('i32', i32.and(stride, -4 * WIDTH));
    f.for(0, wide, 4 * WIDTH, (at) => {
      const sums = Array.from({ length: WIDTH / 2 }, () => f.local('v128', zero));
      const from = f.local('i32', i32.add(source, at));
      f.for(0, rows, 1, () => {
        for (const [i, sum] of sums.entries()) {
          f.set(sum, f64x2.add(sum, f64x2.promote(v128.load64Zero(from, 8 * i))));
        }
        f.set(from, i32.add(from, stride));
      });
      for (let i = 0; i < sums.length; i += 2) {
        const [low, high] = [f32x4.demote(sums[i]!), f32x4.demote(sums[i + 1]!)];
        f.do(v128.store(i32.add(target, at), i32x4.shuffle(low, high, [0, 1, 4, 5]), 8 * i));
      }
    });
    f.for(wide, stride, 4, (at) => {
      const sum = f.local('v128', zero);
      const from = f.local('i32', i32.add(source, at));
      f.for(0, rows, 1, () => {
        f.set(sum, f64x2.add(sum, f64x2.promote(v128.load32Zero(from))));
        f.set(from, i32.add(from, stride));
      });
      f.do(v128.store32Lane0(i32.add(target, at), f32x4.demote(sum)));
    });
  }),
});
