import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect } from 'vitest';

/** The folder of the embedded sample. */
export const SAMPLE = fileURLToPath(new URL('../sample', import.meta.url));

/** The bytes of an IDX file; `magic` and `dims` may be wrong on purpose. */
export function idx(magic: number, dims: readonly number[], data: ArrayLike<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.writeUInt32BE(magic);
  dims.forEach((dim, i) => {
    header.writeUInt32BE(dim, 4 + 4 * i);
  });
  return Buffer.concat([header, Uint8Array.from(data)]);
}

/** A labels file. */
export function labelsFile(labels: ArrayLike<number>): Buffer {
  return idx(0x801, [labels.length], labels);
}

/** An images file of n images; each pixel is its place modulo 251. */
export function imagesFile(n: number, side = 28): Buffer {
  const pixels = Uint8Array.from({ length: n * side * side }, (_, i) => i % 251);
  return idx(0x803, [n, side, side], pixels);
}

/** Four good files of 3 train and 2 test images, packed. */
export function smallSet(): Record<string, Buffer> {
  return {
    'train-images-idx3-ubyte.gz': gzipSync(imagesFile(3)),
    'train-labels-idx1-ubyte.gz': gzipSync(labelsFile([9, 0, 3])),
    't10k-images-idx3-ubyte.gz': gzipSync(imagesFile(2)),
    't10k-labels-idx1-ubyte.gz': gzipSync(labelsFile([2, 1])),
  };
}

const made: string[] = [];
afterAll(async () => {
  await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

/** A new temporary folder with these files, removed after the test file. */
export async function folder(files: Record<string, Uint8Array> = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'fashion-mnist-'));
  made.push(path);
  await Promise.all(Object.entries(files).map(([name, bytes]) => writeFile(join(path, name), bytes)));
  return path;
}

/** Asserts that two arrays have the same bytes; vitest's own comparison takes seconds for a file. */
export function expectSameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual?.length).toBe(expected.length);
  expect(Buffer.compare(actual ?? Buffer.alloc(0), expected)).toBe(0);
}
