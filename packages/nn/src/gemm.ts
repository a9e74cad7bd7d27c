import type { Tensor } from '@tensorflow/tfjs-core';
import { type gemmCode, TILE_COLUMNS, TILE_ROWS } from './gemm.code.js';

type Code = NonNullable<ReturnType<typeof gemmCode.on>>;

/**
 * The rows of a and the terms of a sum that are packed at once, at most: half a megabyte, for the
 * second-level cache.
 */
const MOST_ROWS = 256;
const MOST_TERMS = 512;

/**
 * A matrix in memory: its address, and the distances in bytes between its rows and between its
 * columns.
 */
export interface Matrix {
  address: number;
  rowStride: number;
  columnStride: number;
}

/** The sizes of a product of matrices, `[rows, inner]` · `[inner, columns]`. */
export interface Sizes {
  rows: number;
  inner: number;
  columns: number;
}

/** The factors that are transposed before the product, default neither. */
export interface Transposed {
  transposeA?: boolean | undefined;
  transposeB?: boolean | undefined;
}

/** The sizes of a · b. */
export function sizesOf(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: Transposed): Sizes {
  return {
    rows: a.shape[transposeA ? 1 : 0] ?? 0,
    inner: a.shape[transposeA ? 0 : 1] ?? 0,
    columns: b.shape[transposeB ? 0 : 1] ?? 0,
  };
}

/** A matrix that is stored row by row with the given number of columns, transposed if requested. */
export function matrixAt(address: number, columns: number, isTransposed = false): Matrix {
  const [near, far] = [4, 4 * columns];
  return isTransposed
    ? { address, rowStride: near, columnStride: far }
    : { address, rowStride: far, columnStride: near };
}

/** The memory that {@link addProduct} needs beside its matrices, in float32. */
export function scratchSize({ rows, inner }: Sizes): number {
  const { mostRows, mostTerms } = blockSizes(rows, inner);
  return (mostRows + TILE_COLUMNS) * mostTerms + mostRows * TILE_COLUMNS;
}

function blockSizes(rows: number, inner: number) {
  return {
    mostRows: Math.min(MOST_ROWS, Math.ceil(rows / TILE_ROWS) * TILE_ROWS),
    mostTerms: Math.min(MOST_TERMS, inner),
  };
}

/**
 * c += a · b, where c is stored row by row.
 *
 * Both factors are packed first, so that the inner loop reads consecutive memory, whichever factor
 * is transposed: a in tiles of {@link TILE_ROWS} rows, b in panels of {@link TILE_COLUMNS}
 * columns. Terms are added one by one in float32, in blocks of {@link MOST_TERMS}, and the sums of
 * the blocks are added afterwards. An element of c depends only on its row of a and its column of
 * b, not on its position.
 */
export function addProduct(
  code: Code,
  { a, b, c }: { a: Matrix; b: Matrix; c: number },
  { rows, inner, columns }: Sizes,
  scratch: number,
): void {
  const { mostRows, mostTerms } = blockSizes(rows, inner);
  const panel = scratch + 4 * mostRows * mostTerms;
  const corner = panel + 4 * TILE_COLUMNS * mostTerms;
  for (let term = 0; term < inner; term += mostTerms) {
    const terms = Math.min(mostTerms, inner - term);
    for (let row = 0; row < rows; row += mostRows) {
      const blockRows = Math.min(mostRows, rows - row);
      const tileBytes = 4 * TILE_ROWS * terms;
      const wholeTiles = Math.floor(blockRows / TILE_ROWS);
      const tiles = Math.ceil(blockRows / TILE_ROWS);
      for (let tile = 0; tile < tiles; tile++) {
        const first = tile * TILE_ROWS;
        pack(code, scratch + tile * tileBytes, TILE_ROWS, {
          source: a.address + (row + first) * a.rowStride + term * a.columnStride,
          laneStride: a.rowStride,
          stride: a.columnStride,
          lanes: Math.min(TILE_ROWS, blockRows - first),
          terms,
        });
      }
      for (let column = 0; column < columns; column += TILE_COLUMNS) {
        const lanes = Math.min(TILE_COLUMNS, columns - column);
        pack(code, panel, TILE_COLUMNS, {
          source: b.address + column * b.columnStride + term * b.rowStride,
          laneStride: b.columnStride,
          stride: b.rowStride,
          lanes,
          terms,
        });
        const target = c + 4 * (row * columns + column);
        // Partial tiles are computed separately, in whole ones.
        const whole = lanes === TILE_COLUMNS ? wholeTiles : 0;
        if (whole > 0) code.multiply(scratch, panel, target, whole, terms, 4 * columns);
        if (whole === tiles) continue;
        const first = whole * TILE_ROWS;
        code.clear(corner, TILE_COLUMNS * TILE_ROWS * (tiles - whole));
        code.multiply(scratch + whole * tileBytes, panel, corner, tiles - whole, terms, 4 * TILE_COLUMNS);
        code.addCorner(target + 4 * first * columns, corner, 4 * columns, blockRows - first, lanes);
      }
    }
  }
}

/**
 * The lanes to pack: `terms` numbers for each lane (a row of a, a column of b), `stride` bytes
 * apart.
 */
interface Lanes {
  source: number;
  /** The distance from one lane to the next. */
  laneStride: number;
  stride: number;
  /** The number of lanes; zeros fill the rest of the width. */
  lanes: number;
  terms: number;
}

function pack(
  code: Code,
  target: number,
  width: typeof TILE_ROWS | typeof TILE_COLUMNS,
  { source, laneStride, stride, lanes, terms }: Lanes,
): void {
  if (lanes === width && laneStride === 4) {
    code[`copyRows${width}`](target, source, stride, terms);
    return;
  }
  const whole = lanes === width && stride === 4 ? terms & -4 : 0;
  if (whole > 0) code[`copyColumns${width}`](target, source, laneStride, whole);
  const [to, from] = [target + 4 * whole * width, source + whole * stride];
  code.copySome(to, from, laneStride, stride, lanes, width, terms - whole);
}
