import { FashionMnistError, messageOf } from './errors.js';

/** True for gzip's bytes; an IDX file begins with two zeros. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The size limit in bytes of a file and its contents: 1.3 million images, twenty times the
 * published set.
 */
export const LARGEST = 2 ** 30;

/**
 * The unpacked bytes of a gzip file, limited to the size that its contents state, since a megabyte
 * of gzip can contain a gigabyte.
 *
 * @param origin the name of the file in errors
 * @param sizeFrom returns the total size that the first unpacked bytes state; null if these are too
 *   few
 * @throws FashionMnistError `damaged`, as soon as there are more bytes
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  origin: string,
  sizeFrom: (start: Uint8Array) => number | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  let whole = new Uint8Array();
  let size: number | null = null;
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await nextChunk(reader, bytes, origin);
      if (done) return whole.subarray(0, length);
      if (size === null) {
        whole = joined(whole, value);
        size = sizeFrom(whole);
        length = whole.length;
        if (size === null) continue;
        checkSize(size, length, origin);
        const start = whole;
        whole = new Uint8Array(size);
        whole.set(start);
      } else {
        checkSize(size, length + value.length, origin);
        whole.set(value, length);
        length += value.length;
      }
    }
  } finally {
    // The rest need not be unpacked.
    await reader.cancel().catch(() => undefined);
  }
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  { length }: Uint8Array,
  origin: string,
): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> {
  try {
    return await reader.read();
  } catch (error) {
    throw new FashionMnistError(
      'damaged',
      `${origin}: the gzip data are cut short or damaged (${length} bytes; ${messageOf(error)}). ` +
        'Download the file again.',
      { cause: error },
    );
  }
}

function checkSize(size: number, length: number, origin: string): void {
  if (size > LARGEST) {
    throw new FashionMnistError(
      'damaged',
      `${origin}: its header says ${size} bytes, unpacked; at most ${LARGEST} are read. Split the file, or unpack it yourself.`,
    );
  }
  if (length <= size) return;
  throw new FashionMnistError(
    'damaged',
    `${origin}: its header says ${size} bytes, unpacked, but more follow: it has bytes too many. ` +
      'Replace the file with the published one.',
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
