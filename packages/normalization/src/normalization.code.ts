import {
  type Body,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  type Local,
  simdFunction,
  simdModule,
  type Value,
  v128,
} from '@trainkit/simd';

/**
 * Repeats the instructions of `inner` for each of `rows` rows, with the addresses of the row in
 * several arrays of `columns` float32.
 */
function forRows(
  f: Body,
  rows: Value<'i32'>,
  columns: Value<'i32'>,
  arrays: readonly Value<'i32'>[],
  inner: (...addresses: Local<'i32'>[]) => void,
): void {
  const addresses = arrays.map((array) => f.local('i32', array));
  const bytes = f.local('i32', i32.shl(columns, 2));
  f.for(0, rows, 1, () => {
    inner(...addresses);
    for (const address of addresses) f.set(address, i32.add(address, bytes));
  });
}

/** The number of columns that are added side by side: half a cache line, in pairs of float64. */
const WIDTH = 8;

/**
 * Repeats the instructions of `inner` for blocks of `WIDTH` columns, and for the remaining columns
 * one by one. It receives the address of a block in the first row of an array, functions that load
 * and store a row's columns of the block as pairs, and the distance of rows.
 */
function forColumns(
  f: Body,
  columns: Value<'i32'>,
  inner: (at: Local<'i32'>, pairs: number, block: Block, stride: Local<'i32'>) => void,
): void {
  const stride = f.local('i32', i32.shl(columns, 2));
  const whole = f.local('i32', i32.and(stride, -4 * WIDTH));
  f.for(0, whole, 4 * WIDTH, (at) =>
    inner(
      at,
      WIDTH / 2,
      {
        load: (row, pair) => f64x2.promote(v128.load64Zero(row, 8 * pair)),
        store: (row, pair, value) => f.do(v128.store64Lane0(row, f32x4.demote(value), 8 * pair)),
      },
      stride,
    ),
  );
  f.for(whole, stride, 4, (at) =>
    inner(
      at,
      1,
      {
        load: (row) => f64x2.promote(v128.load32Zero(row)),
        store: (row, _pair, value) => f.do(v128.store32Lane0(row, f32x4.demote(value))),
      },
      stride,
    ),
  );
}

interface Block {
  load(row: Value<'i32'>, pair: number): Value<'v128'>;
  store(row: Value<'i32'>, pair: number, value: Value<'v128'>): void;
}

const zero = f64x2.splat(0);
const several = (f: Body, count: number) => Array.from({ length: count }, () => f.local('v128', zero));

/**
 * The functions of both normalizations, for rows of float32; sums and differences are in float64,
 * as in layer-norm.cpu.ts and batch-norm.cpu.ts.
 */
export const normalizationCode = simdModule({
  /** x̂ of each row, and the factor of each, 1/√(σ² + ε). */
  standardizeRows: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'f64'],
    (f, normalized, scale, x, rows, length, eps) => {
      const [count, factor] = [f.local('f64', f64.convertUnsigned(length)), f.local('f64', 0)];
      const [sum, mean] = [f.local('v128', zero), f.local('v128', zero)];
      const scaleAt = f.local('i32', scale);
      forRows(f, rows, length, [x, normalized], (row, target) => {
        f.set(sum, zero);
        f.doubles(length, ({ load }) => f.set(sum, f64x2.add(sum, load(row!))));
        f.set(mean, f64x2.splat(f64.div(f64x2.total(sum), count)));
        f.set(sum, zero);
        f.doubles(length, ({ load, maskTail }) => {
          const distance = f.local('v128', f64x2.sub(load(row!), mean));
          f.set(sum, f64x2.add(sum, maskTail(f64x2.mul(distance, distance))));
        });
        const variance = f64.div(f64x2.total(sum), count);
        f.set(factor, f64.div(1, f64.sqrt(f64.add(variance, eps))));
        f.do(f32.store(scaleAt, f32.demote(factor)));
        f.set(scaleAt, i32.add(scaleAt, 4));
        const factors = f.local('v128', f64x2.splat(factor));
        f.doubles(length, ({ load, store }) =>
          store(target!, f64x2.mul(f64x2.sub(load(row!), mean), factors)),
        );
      });
    },
  ),

  /** y = x · factor + offset, where factor and offset are rows. */
  affine: simdFunction(['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], (f, y, x, factor, offset, rows, length) =>
    forRows(f, rows, length, [y, x], (target, source) =>
      f.elements(length, ({ load, store }) =>
        store(target!, f32x4.add(f32x4.mul(load(source!), load(factor)), load(offset))),
      ),
    ),
  ),

  /** dx of a layer norm: see `inputGradient` in layer-norm.kernel.ts; weight is a row. */
  rowsGradient: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, dx, dy, normalized, scale, weight, rows, length) => {
      const count = f.local('f64', f64.convertUnsigned(length));
      const [total, along] = [f.local('v128', zero), f.local('v128', zero)];
      const scaleAt = f.local('i32', scale);
      forRows(f, rows, length, [dx, dy, normalized], (target, gradient, hat) => {
        f.set(total, zero);
        f.set(along, zero);
        f.doubles(length, ({ load }) => {
          const value = f.local('v128', f64x2.mul(load(gradient!), load(weight)));
          f.set(total, f64x2.add(total, value));
          f.set(along, f64x2.add(along, f64x2.mul(value, load(hat!))));
        });
        const mean = f.local('v128', f64x2.splat(f64.div(f64x2.total(total), count)));
        const slope = f.local('v128', f64x2.splat(f64.div(f64x2.total(along), count)));
        const factor = f.local('v128', f64x2.splat(f64.promote(f32.load(scaleAt))));
        f.set(scaleAt, i32.add(scaleAt, 4));
        f.doubles(length, ({ load, store }) => {
          const value = f64x2.mul(load(gradient!), load(weight));
          const rest = f64x2.sub(f64x2.sub(value, mean), f64x2.mul(load(hat!), slope));
          store(target!, f64x2.mul(rest, factor));
        });
      });
    },
  ),

  /** Σ dy·factor and Σ dy of each column. */
  columnGradients: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, products, totals, dy, factor, rows, columns) =>
      forColumns(f, columns, (at, pairs, { load, store }, stride) => {
        const [sums, along] = [several(f, pairs), several(f, pairs)];
        const [gradient, other] = [f.local('i32', i32.add(dy, at)), f.local('i32', i32.add(factor, at))];
        f.for(0, rows, 1, () => {
          for (let pair = 0; pair < pairs; pair++) {
            const value = f.local('v128', load(gradient, pair));
            f.set(sums[pair]!, f64x2.add(sums[pair]!, value));
            f.set(along[pair]!, f64x2.add(along[pair]!, f64x2.mul(value, load(other, pair))));
          }
          f.set(gradient, i32.add(gradient, stride));
          f.set(other, i32.add(other, stride));
        });
        for (let pair = 0; pair < pairs; pair++) {
          store(i32.add(products, at), pair, along[pair]!);
          store(i32.add(totals, at), pair, sums[pair]!);
        }
      }),
  ),

  /** x − μ, column by column, with each column's μ and (biased) σ². */
  centerColumns: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, centered, mean, variance, x, rows, columns) => {
      const count = f.local('v128', f64x2.splat(f64.convertUnsigned(rows)));
      forColumns(f, columns, (at, pairs, { load, store }, stride) => {
        const [means, squares] = [several(f, pairs), several(f, pairs)];
        const [source, target] = [f.local('i32', i32.add(x, at)), f.local('i32', i32.add(centered, at))];
        f.for(0, rows, 1, () => {
          for (const [pair, sum] of means.entries()) f.set(sum, f64x2.add(sum, load(source, pair)));
          f.set(source, i32.add(source, stride));
        });
        for (const sum of means) f.set(sum, f64x2.div(sum, count));
        f.set(source, i32.add(x, at));
        f.for(0, rows, 1, () => {
          for (let pair = 0; pair < pairs; pair++) {
            const distance = f.local('v128', f64x2.sub(load(source, pair), means[pair]!));
            store(target, pair, distance);
            f.set(squares[pair]!, f64x2.add(squares[pair]!, f64x2.mul(distance, distance)));
          }
          f.set(source, i32.add(source, stride));
          f.set(target, i32.add(target, stride));
        });
        for (let pair = 0; pair < pairs; pair++) {
          store(i32.add(mean, at), pair, means[pair]!);
          store(i32.add(variance, at), pair, f64x2.div(squares[pair]!, count));
        }
      });
    },
  ),

  /**
   * dx = (dy − mean − x̄ · slope) · factor of a batch norm, where mean, slope and factor are rows;
   * see batch-norm.cpu.ts.
   */
  columnsGradient: simdFunction(
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    (f, dx, dy, centered, mean, slope, factor, rows, columns) =>
      forRows(f, rows, columns, [dx, dy, centered], (target, gradient, distance) =>
        f.elements(columns, ({ load, store }) => {
          const rest = f32x4.sub(load(gradient!), load(mean));
          const along = f32x4.mul(load(distance!), load(slope));
          store(target!, f32x4.mul(f32x4.sub(rest, along), load(factor)));
        }),
      ),
  ),
});
