import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { elfFile } from '../../native/fixtures/elf.js';
import { temporaryFolder } from '../fixtures/machine.js';
import { damagedFiles, damageText, fileSizes, RECORD, readRecord } from './damage.js';
import { findAddons, findDamage } from './native-layout.js';
import { nativeStatus } from './status.js';

/**
 * A cache folder of an earlier release without recorded sizes; libraries and addon are ELF files.
 */
async function earlierCache() {
  const root = await temporaryFolder();
  const folder = join(root, 'tensorflow-2.15.1');
  await mkdir(join(folder, 'lib'), { recursive: true });
  const addon = join(folder, 'tfjs_binding.node');
  const library = join(folder, 'lib', 'libtensorflow_cc.so.2');
  await writeFile(addon, elfFile(300));
  await writeFile(library, elfFile(5000));
  return { root, folder, addon, library };
}

describe('damagedFiles', () => {
  it('compares files without recorded sizes with their own headers', async () => {
    const { root, folder, addon, library } = await earlierCache();
    expect(damagedFiles(folder)).toEqual([]);
    expect(findAddons(root, null)).toEqual([{ path: addon, from: 'cache' }]);
    await truncate(library, 4000);
    expect(damagedFiles(folder)).toEqual([{ path: library, expected: 5000, actual: 4000 }]);
    expect(findAddons(root, null)).toEqual([]);
    expect(findDamage(root, null)).toHaveLength(1);
  });

  it.for(['{"sizes":null}', 'null', '[]', '{', '{"tensorflow":"2.15.1"}'])(
    'treats the record %s as one without sizes',
    async (record) => {
      const { folder, library } = await earlierCache();
      await writeFile(join(folder, RECORD), record);
      expect(damagedFiles(folder)).toEqual([]);
      await truncate(library, 100);
      expect(damagedFiles(folder)).toHaveLength(1);
    },
  );

  it('with recorded sizes names every file that has another, or is gone', async () => {
    const { folder, library } = await earlierCache();
    const sizes = fileSizes(folder);
    await writeFile(join(folder, RECORD), JSON.stringify({ sizes: { ...sizes, LICENSE: 7 } }));
    await writeFile(library, elfFile(6000));
    expect(damagedFiles(folder)).toEqual([
      { path: library, expected: 5000, actual: 6000 },
      { path: join(folder, 'LICENSE'), expected: 7, actual: 0 },
    ]);
    expect(readRecord(folder).sizes).toMatchObject(sizes);
  });

  it("finds half a library of tfjs-node's own download too", async () => {
    const own = await temporaryFolder();
    for (const path of ['lib/napi-v8', 'deps/lib']) await mkdir(join(own, path), { recursive: true });
    const addon = join(own, 'lib/napi-v8/tfjs_binding.node');
    const library = join(own, 'deps/lib/libtensorflow.so.2.9.1');
    await writeFile(addon, elfFile(300));
    await writeFile(library, elfFile(5000));
    const root = await temporaryFolder();
    expect(findAddons(root, own)).toEqual([{ path: addon, from: 'package' }]);
    await truncate(library, 100);
    expect(findAddons(root, own)).toEqual([]);
    expect(findDamage(root, own)).toEqual([{ path: library, expected: 5000, actual: 100 }]);
  });
});

describe('nativeStatus', () => {
  it('names the damaged files, and is not ready', async () => {
    const { root, library } = await earlierCache();
    await truncate(library, 4000);
    const { ready, damaged, missing } = nativeStatus({ dir: root });
    expect(ready).toBe(false);
    expect(damaged.map(damageText)).toEqual([`${library} is damaged: it has 4000 of 5000 bytes`]);
    expect(missing).toContain(`${library} is damaged: it has 4000 of 5000 bytes.`);
  });
});
