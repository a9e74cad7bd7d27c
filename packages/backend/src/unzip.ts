import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '@trainkit/checks/files';
import yauzl from 'yauzl';

/** One file in a zip archive. */
export interface ZipMember {
  name: string;
  /** The unpacked size in bytes. */
  size: number;
  /**
   * Writes the file to `target`; resolves to the SHA-256 of its contents, base64url without padding
   * as in a wheel.
   */
  extract: (target: string, options?: ExtractOptions) => Promise<string>;
  /** Reads the file's contents as text. */
  text: () => Promise<string>;
}

/** Options of {@link ZipMember.extract}. */
interface ExtractOptions {
  /** Called with the number of bytes of each piece written. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Stops when it aborts. */
  signal?: AbortSignal | undefined;
}

/** Opens a zip archive, passes its files to `use` by name, and closes it. */
export async function withZip<T>(
  path: string,
  use: (members: Map<string, ZipMember>) => Promise<T>,
): Promise<T> {
  const zip = await open(path);
  try {
    return await use(await list(zip));
  } finally {
    zip.close();
  }
}

function open(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) reject(new Error(`${path} is not a zip archive that can be read: ${error.message}`));
      else resolve(zip);
    });
  });
}

function list(zip: yauzl.ZipFile): Promise<Map<string, ZipMember>> {
  return new Promise((resolve, reject) => {
    const members = new Map<string, ZipMember>();
    zip.on('entry', (entry: yauzl.Entry) => {
      if (!entry.fileName.endsWith('/')) members.set(entry.fileName, member(zip, entry));
      zip.readEntry();
    });
    zip.on('end', () => resolve(members));
    zip.on('error', reject);
    zip.readEntry();
  });
}

function member(zip: yauzl.ZipFile, entry: yauzl.Entry): ZipMember {
  const stream = () =>
    new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, readable) => (error ? reject(error) : resolve(readable)));
    });
  return {
    name: entry.fileName,
    size: entry.uncompressedSize,
    async extract(target, { onBytes, signal } = {}) {
      makeFolder(dirname(target));
      const hash = createHash('sha256');
      const meter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          onBytes?.(chunk.length);
          done(null, chunk);
        },
      });
      await pipeline(await stream(), meter, createWriteStream(target), signal ? { signal } : {});
      return hash.digest('base64url');
    },
    async text() {
      const chunks: Buffer[] = [];
      for await (const chunk of await stream()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

/** The path of a member inside `folder`; yauzl has already refused absolute names and `..`. */
export function memberPath(folder: string, name: string): string {
  return join(folder, ...name.split('/'));
}
