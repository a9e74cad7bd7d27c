import { md5 } from 'hash-wasm';
import type { DataFile } from './files.js';

/**
 * The form of the bytes, packed or unpacked, if they are the published file by size and MD5; else
 * null.
 *
 * `fetch` unpacks the file if the server declares gzip as a content encoding.
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
