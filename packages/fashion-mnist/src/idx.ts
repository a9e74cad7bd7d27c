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
 * Reads an IDX file of unsigned bytes with `rank` dimensions: two zeros, the type, the rank, one big-endian
 * 32-bit size a dimension, then exactly as many bytes as the sizes say. `origin` names the file in errors.
 *
 * Source: Y. LeCun, "The MNIST database", file format section.
 */
export function parseIdx(bytes: Uint8Array, rank: number, origin: string): Idx {
  const header = 4 + 4 * rank;
  const damaged = (what: string) =>
    new FashionMnistError('damaged', `${origin}: ${what} Replace the file with the published one.`);
  if (bytes.length < header) {
    throw damaged(
      `an IDX file with ${rank} dimension(s) begins with ${header} bytes; it has ${bytes.length}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expected = (UNSIGNED_BYTE << 8) | rank;
  if (magic !== expected) {
    throw damaged(
      `the IDX magic number must be ${expected} (unsigned bytes, ${rank} dimension(s)); it is ${magic}.`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  const present = bytes.length - header;
  if (present !== size) {
    throw damaged(
      `its header says ${shape.join(' × ')} = ${size} bytes of data, ` +
        `but ${present} follow: it ${present < size ? 'was cut short' : 'has bytes too many'}.`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}
