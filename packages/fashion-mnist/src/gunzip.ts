import { FashionMnistError, messageOf } from './errors.js';

/** Returns true for gzip's bytes; an IDX file begins with two zeros. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The unpacked bytes of a gzip file; `origin` names it in errors. */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  origin: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new FashionMnistError(
      'damaged',
      `${origin}: the gzip data are cut short or damaged (${bytes.length} bytes; ${messageOf(error)}). ` +
        'Download the file again.',
      { cause: error },
    );
  }
}
