import {
  type Body,
  f32,
  f32x4,
  i32,
  i32x4,
  type Local,
  simdFunction,
  simdModule,
  v128,
} from '@trainkit/simd';

/**
 * The rows and columns of a tile, the part of the product that is computed at once, in eight
 * vectors.
 */
export const TILE_ROWS = 4;
export const TILE_COLUMNS = 8;

/** Copies `count` rows of `width` numbers, `stride` bytes apart, into one row. */
const copyRows = (width: number) =>
  simdFunction(['i32', 'i32', 'i32', 'i32'], (f, target, source, stride, count) => {
    const from = f.local('i32', source);
    f.for(target, i32.add(target, i32.mul(count, 4 * width)), 4 * width, (to) => {
      for (let at = 0; at < 4 * width; at += 16) f.do(v128.store(to, v128.load(from, at), at));
      f.set(from, i32.add(from, stride));
    });
  });

/**
 * Copies `width` columns of a matrix whose rows are `stride` bytes apart, `count` rows in blocks of
 * four.
 */
const copyColumns = (width: number) =>
  simdFunction(['i32', 'i32', 'i32', 'i32'], (f, target, source, stride, count) => {
    const from = f.local('i32', source);
    f.for(target, i32.add(target, i32.mul(count, 4 * width)), 16 * width, (to) => {
      const row = f.local('i32', from);
      for (let lane = 0; lane < width; lane += 4) {
        const rows = [0, 1, 2, 3].map(() => {
          const loaded = f.local('v128', v128.load(row));
          f.set(row, i32.add(row, stride));
          return loaded;
        });
        for (const [i, column] of transposed(f, rows).entries()) {
          f.do(v128.store(to, column, 4 * (i * width + lane)));
        }
      }
      f.set(from, i32.add(from, 16));
    });
  });

/** Transposes four vectors. */
function transposed(f: Body, rows: readonly Local<'v128'>[]): Local<'v128'>[] {
  const [a, b, c, d] = rows as [Local<'v128'>, Local<'v128'>, Local<'v128'>, Local<'v128'>];
  const [ab, AB] = [
    f.local('v128', i32x4.shuffle(a, b, [0, 4, 1, 5])),
    f.local('v128', i32x4.shuffle(a, b, [2, 6, 3, 7])),
  ];
  const [cd, CD] = [
    f.local('v128', i32x4.shuffle(c, d, [0, 4, 1, 5])),
    f.local('v128', i32x4.shuffle(c, d, [2, 6, 3, 7])),
  ];
  return [
    f.local('v128', i32x4.shuffle(ab, cd, [0, 1, 4, 5])),
    f.local('v128', i32x4.shuffle(ab, cd, [2, 3, 6, 7])),
    f.local('v128', i32x4.shuffle(AB, CD, [0, 1, 4, 5])),
    f.local('v128', i32x4.shuffle(AB, CD, [2, 3, 6, 7])),
  ];
}

export const gemmCode = simdModule({
  copyRows4: copyRows(TILE_ROWS),
  copyRows8: copyRows(TILE_COLUMNS),
  copyColumns4: copyColumns(TILE_ROWS),
  copyColumns8: copyColumns(TILE_COLUMNS),

  /**
   * Copies numbers one by one. The sources of `lanes` of `width` lanes are `laneStride` bytes
   * apart, zeros fill the other lanes, and the `count` terms of a lane are `stride` bytes apart.
   */
  copySome: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, target, source, laneStride, stride, lanes, width, count) => {
      const end = i32.add(target, i32.mul(count, i32.shl(width, 2)));
      const from = f.local('i32', source);
      f.for(target, end, i32.shl(width, 2), (to) => {
        const number = f.local('i32', from);
        const filled = f.local('i32', i32.add(to, i32.shl(lanes, 2)));
        f.for(to, filled, 4, (at) => {
          f.do(f32.store(at, f32.load(number)));
          f.set(number, i32.add(number, laneStride));
        });
        f.for(filled, i32.add(to, i32.shl(width, 2)), 4, (at) => f.do(f32.store(at, 0)));
        f.set(from, i32.add(from, stride));
      });
    },
  ),

  /**
   * c += a · b for `tiles` consecutive tiles of a and one of b, with `inner` terms; the rows of c
   * are `stride` bytes apart.
   */
  multiply: simdFunction(['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], (f, a, b, c, tiles, inner, stride) => {
    const zero = f.local('v128', f32x4.splat(0));
    const [left, top] = [f.local('i32', a), f.local('i32', c)];
    const end = f.local('i32', i32.add(b, i32.mul(inner, 4 * TILE_COLUMNS)));
    f.for(0, tiles, 1, () => {
      const sums = Array.from({ length: TILE_ROWS * 2 }, () => f.local('v128', zero));
      // Not unrolled: with more variables than the processor has registers, Node 20 loses half of
      // the speed.
      f.for(b, end, 4 * TILE_COLUMNS, (right) => {
        const columns = [f.local('v128', v128.load(right)), f.local('v128', v128.load(right, 16))];
        for (let row = 0; row < TILE_ROWS; row++) {
          const factor = f.local('v128', v128.load32Splat(left, 4 * row));
          for (const [half, column] of columns.entries()) {
            const sum = sums[2 * row + half]!;
            f.set(sum, f32x4.add(sum, f32x4.mul(factor, column)));
          }
        }
        f.set(left, i32.add(left, 4 * TILE_ROWS));
      });
      for (let row = 0; row < TILE_ROWS; row++) {
        for (const half of [0, 1]) {
          const at = 16 * half;
          f.do(v128.store(top, f32x4.add(v128.load(top, at), sums[2 * row + half]!), at));
        }
        f.set(top, i32.add(top, stride));
      }
    });
  }),

  /** Copies a row into each of `rows` rows of `columns` numbers. */
  fillRows: simdFunction(['i32', 'i32', 'i32', 'i32'], (f, target, source, rows, columns) => {
    const to = f.local('i32', target);
    f.for(0, rows, 1, () => {
      f.elements(columns, ({ load, store }) => store(to, load(source)));
      f.set(to, i32.add(to, i32.shl(columns, 2)));
    });
  }),

  /** Fills with zeros. */
  clear: simdFunction(['i32', 'i32'], (f, target, count) => {
    const zero = f.local('v128', f32x4.splat(0));
    f.elements(count, ({ store }) => store(target, zero));
  }),

  /**
   * target += source for a corner of `rows` by `columns`; rows are `stride` bytes apart in the
   * target and a tile's width in the source.
   */
  addCorner: simdFunction(['i32', 'i32', 'i32', 'i32', 'i32'], (f, target, source, stride, rows, columns) => {
    const [to, from] = [f.local('i32', target), f.local('i32', source)];
    f.for(0, rows, 1, () => {
      f.for(0, i32.shl(columns, 2), 4, (at) => {
        const sum = f32x4.add(v128.load32Zero(i32.add(to, at)), v128.load32Zero(i32.add(from, at)));
        f.do(v128.store32Lane0(i32.add(to, at), sum));
      });
      f.set(to, i32.add(to, stride));
      f.set(from, i32.add(from, 4 * TILE_COLUMNS));
    });
  }),
});
