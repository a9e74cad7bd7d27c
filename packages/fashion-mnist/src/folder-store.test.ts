import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { expectSameBytes, folder } from '../fixtures/idx-files.js';
import { sampleBytes, sampleTable } from '../fixtures/sample-files.js';
import { FolderStore } from './folder-store.js';

const FILE = sampleTable().testImages;
const BYTES = new Uint8Array(sampleBytes(FILE.name));

const failure = vi.hoisted<{ at: 'writeFile' | 'sync' | 'rename' | null; code: string }>(() => ({
  at: null,
  code: '',
}));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const fail = () => Object.assign(new Error(`${failure.code}: from the system`), { code: failure.code });
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      const handle = await real.open(...args);
      const { writeFile } = handle;
      if (failure.at === 'writeFile') {
        // As a full disk does it: some bytes arrive, then none.
        handle.writeFile = async () => {
          await writeFile.call(handle, BYTES.subarray(0, 4096));
          throw fail();
        };
      }
      if (failure.at === 'sync') handle.sync = () => Promise.reject(fail());
      return handle;
    },
    rename: (...args: Parameters<typeof real.rename>) =>
      failure.at === 'rename' ? Promise.reject(fail()) : real.rename(...args),
  };
});

let store: FolderStore;
beforeEach(async () => {
  failure.at = null;
  store = new FolderStore(join(await folder(), 'made', 'on demand'));
});

describe('FolderStore', () => {
  test('gives back what it keeps, packed or unpacked', async () => {
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
    ['writeFile', 'ENOSPC'],
    ['sync', 'ENOSPC'],
    ['sync', 'EDQUOT'],
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
    Object.assign(failure, { at: 'rename', code: 'EPERM' });
    await expect(store.write(FILE, BYTES)).rejects.toThrow(
      `The cache folder ${store.path} cannot be written (EPERM: from the system). ` +
        'Make it writable, or choose another folder by cacheDir or, on Linux, by the variable XDG_CACHE_HOME.',
    );
    expect(await readdir(store.path)).toEqual([]);
  });

  test('what cannot be read is not there, rather than in the way', async () => {
    await mkdir(join(store.path, `${FILE.name}.gz`), { recursive: true });
    expect(await store.read(FILE)).toBe(null);
    await expect(store.write(FILE, BYTES)).rejects.toMatchObject({ code: 'unwritable' });
  });

  test('a path that goes through a file is an error', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    const blocked = new FolderStore(join(file, 'cache'));
    expect(await blocked.read(FILE)).toBe(null);
    await expect(blocked.write(FILE, BYTES)).rejects.toThrow('cannot be written (ENOTDIR');
  });
});
