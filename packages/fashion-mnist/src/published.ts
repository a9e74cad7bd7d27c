import { md5 } from 'hash-wasm';
import type { DataFile } from './files.js';

/**
 * Whether the bytes are the published file, by size and MD5: as `packed` or `unpacked`; null if neither.
 *
 * A server that declares gzip as a content encoding makes `fetch` unpack the file on its way.
 */
export async function publishedForm(
  file: DataFile,
  bytes: Uint8Array,
): Promise<'packed' | 'unpacked' | null> {
  for (const form of ['packed', 'unpacked'] as const) {
    if (bytes.length === file[form].size) return (await md5(bytes)) === file[form].md5 ? form : null;
  }
  return null;
}
