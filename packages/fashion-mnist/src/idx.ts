import { FashionMnistError } from './errors.js';

/** The contents of an IDX file of unsigned bytes. */
export interface Idx {
  /** The sizes: `[n]` for labels, `[n, rows, columns]` for images. */
  readonly shape: readonly number[];
  /** The elements, a view of the file's bytes. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of unsigned bytes with `rank` dimensions: two zeros, the type, the rank, one
 * big-endian 32-bit size for each dimension, then exactly the number of bytes that the sizes give.
 * `origin` is the name of the file in errors.
 *
 * Source: Y. LeCun, "The MNIST database", file format section.
 */
export function parseIdx(bytes: Uint8Array, rank: number, origin: string): Idx {
  const header = headerLength(rank);
  if (bytes.length < header) {
    throw damaged(
      origin,
      `an IDX file with ${rank} dimension(s) begins with ${header} bytes; it has ${bytes.length}.`,
    );
  }
  const shape = shapeOf(bytes, rank, origin);
  const size = product(shape);
  const present = bytes.length - header;
  if (present !== size) {
    throw damaged(
      origin,
      `its header says ${shape.join(' × ')} = ${size} bytes of data, ` +
        `but ${present} follow: it ${present < size ? 'was cut short' : 'has bytes too many'}.`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * Returns the size in bytes of an IDX file, from its first bytes; null if these are shorter than a
 * header.
 *
 * @throws FashionMnistError if it does not begin like an IDX file
 */
export function idxSize(start: Uint8Array, rank: number, origin: string): number | null {
  const header = headerLength(rank);
  return start.length < header ? null : header + product(shapeOf(start, rank, origin));
}

function shapeOf(bytes: Uint8Array, rank: number, origin: string): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expected = (UNSIGNED_BYTE << 8) | rank;
  if (magic !== expected) {
    throw damaged(
      origin,
      `the IDX magic number must be ${expected} (unsigned bytes, ${rank} dimension(s)); it is ${magic}.`,
    );
  }
  return Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
}

function headerLength(rank: number): number {
  return 4 + 4 * rank;
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

function damaged(origin: string, what: string): FashionMnistError {
  return new FashionMnistError('damaged', `${origin}: ${what} Replace the file with the published one.`);
}
