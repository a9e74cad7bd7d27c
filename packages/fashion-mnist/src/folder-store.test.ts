import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { expectSameBytes, folder } from '../fixtures/idx-files.js';
import { sampleBytes, sampleTable } from '../fixtures/sample-files.js';
import { FolderStore } from './folder-store.js';

const FILE = sampleTable().testImages;
const BYTES = new Uint8Array(sampleBytes(FILE.name));

const failure = vi.hoisted<{ at: 'writeFileSync' | 'fsyncSync' | 'renameSync' | null; code: string }>(() => ({
  at: null,
  code: '',
}));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const fail = () => {
    throw Object.assign(new Error(`${failure.code}: from the system`), { code: failure.code });
  };
  return {
    ...real,
    writeFileSync(...[file, data, options]: Parameters<typeof real.writeFileSync>) {
      real.writeFileSync(file, data, options);
      // A full disk: some bytes are written, then none.
      if (failure.at === 'writeFileSync') fail();
    },
    fsyncSync: (file: number) => (failure.at === 'fsyncSync' ? fail() : real.fsyncSync(file)),
    renameSync: (from: string, to: string) =>
      failure.at === 'renameSync' ? fail() : real.renameSync(from, to),
  };
});

let store: FolderStore;
beforeEach(async () => {
  failure.at = null;
  store = new FolderStore(join(await folder(), 'made', 'on demand'));
});

describe('FolderStore', () => {
  test('returns the stored file, packed or unpacked', async () => {
    expect(await store.read(FILE)).toBe(null);
    await store.write(FILE, BYTES);
    const found = await store.read(FILE);
    expect(found?.origin).toBe(join(store.path, `${FILE.name}.gz`));
    expectSameBytes(found?.bytes, BYTES);
    const other = new FolderStore(await folder());
    await other.write(FILE, new Uint8Array(gunzipSync(BYTES)));
    expect(await readdir(other.path)).toEqual([FILE.name]);
    expect((await other.read(FILE))?.bytes.length).toBe(FILE.unpacked.size);
  });

  test.each([
    ['writeFileSync', 'ENOSPC'],
    ['fsyncSync', 'ENOSPC'],
    ['fsyncSync', 'EDQUOT'],
  ] as const)('a full disk found by %s (%s) is an error and leaves nothing', async (at, code) => {
    Object.assign(failure, { at, code });
    const writing = store.write(FILE, BYTES);
    await expect(writing).rejects.toThrow(
      `The disk is full: t10k-images-idx3-ubyte.gz needs 0.4 MB in ${store.path}. ` +
        'Free some space, or choose another folder by cacheDir or, on Linux, by the variable XDG_CACHE_HOME. ' +
        'Until then Fashion-MNIST is downloaded at each start.',
    );
    await expect(writing).rejects.toMatchObject({ name: 'FashionMnistError', code: 'unwritable' });
    expect(await readdir(store.path)).toEqual([]);
    failure.at = null;
    expect(await store.read(FILE)).toBe(null);
  });

  test('a failed rename leaves nothing', async () => {
    Object.assign(failure, { at: 'renameSync', code: 'EPERM' });
    await expect(store.write(FILE, BYTES)).rejects.toThrow(
      `The cache folder ${store.path} cannot be written (EPERM: from the system). ` +
        'Make it writable, or choose another folder by cacheDir or, on Linux, by the variable XDG_CACHE_HOME.',
    );
    expect(await readdir(store.path)).toEqual([]);
  });

  test('a file that cannot be read counts as missing, and is replaced', async () => {
    await mkdir(join(store.path, `${FILE.name}.gz`), { recursive: true });
    expect(await store.read(FILE)).toBe(null);
    await expect(store.write(FILE, BYTES)).rejects.toMatchObject({ code: 'unwritable' });
  });

  test('a path that goes through a file is an error', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    const blocked = new FolderStore(join(file, 'cache'));
    expect(await blocked.read(FILE)).toBe(null);
    await expect(blocked.write(FILE, BYTES)).rejects.toThrow(
      `cannot be written (The folder ${file} cannot be made: a file has its name. Name another folder). Make it writable`,
    );
  });
});
