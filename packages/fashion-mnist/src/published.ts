import { md5 } from 'hash-wasm';
import type { DataFile } from './files.js';

/**
 * The form in which the bytes are the published file, by size and MD5; null where they are not.
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
