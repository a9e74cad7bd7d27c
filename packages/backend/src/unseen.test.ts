import { rmSync, symlinkSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { javascriptFolder } from './cache-dir.js';
import { RECORD, readRecord } from './damage.js';
import { installNative } from './install.js';
import { provideJavascript } from './javascript.js';
import { namesIn } from './names-in.js';
import { cachedAddon, cachedVersions, findAddons, findJavascript } from './native-layout.js';
import { removeNative } from './remove.js';
import { localTensorflow } from './source.js';
import { nativeStatus } from './status.js';

/**
 * Creates an entry at the path that cannot be read, not even by root, like a disk that is
 * temporarily unavailable.
 */
async function hide(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  symlinkSync(path, path);
  return path;
}

const UNSEEN = /ELOOP/;

describe('a path that cannot be inspected is not missing', () => {
  it('in a folder of names', async () => {
    const root = await temporaryFolder();
    const path = await hide(join(root, 'cache'));
    expect(() => namesIn(path)).toThrow(UNSEEN);
    expect(() => namesIn(join(path, 'below'))).toThrow(UNSEEN);
    expect(namesIn(root)).toEqual(['cache']);
    expect(namesIn(join(root, 'nothing'))).toEqual([]);
    await writeFile(join(root, 'file'), '');
    expect(namesIn(join(root, 'file'))).toEqual([]);
  });

  it('in the cache folder of addons', async () => {
    const root = await hide(join(await temporaryFolder(), 'cache'));
    expect(() => findAddons(root, null)).toThrow(UNSEEN);
    expect(() => cachedVersions(root)).toThrow(UNSEEN);
    await expect(removeNative(root)).rejects.toThrow(UNSEEN);
  });

  it('as an addon, as a record and as tfjs-node', async () => {
    const root = await temporaryFolder();
    const version = join(root, 'tensorflow-2.15.1');
    const addon = await hide(join(version, 'tfjs_binding.node'));
    expect(() => cachedAddon(version)).toThrow(UNSEEN);
    rmSync(addon);
    expect(cachedAddon(version)).toBeUndefined();
    await hide(join(version, RECORD));
    expect(() => readRecord(version)).toThrow(UNSEEN);
    await hide(join(javascriptFolder(root), 'node_modules/@tensorflow/tfjs-node/package.json'));
    expect(() => findJavascript(root, null)).toThrow(UNSEEN);
    expect(() => localTensorflow(join(version, RECORD))).toThrow(UNSEEN);
  });

  it('so nothing is provided over it, and the status says why', async () => {
    const root = await temporaryFolder();
    const path = await hide(join(javascriptFolder(root), 'node_modules/progress/package.json'));
    await expect(provideJavascript(root, { force: false })).rejects.toThrow(UNSEEN);
    await hide(join(root, 'tensorflow-2.15.1', RECORD));
    await expect(installNative({ dir: root })).rejects.toThrow(UNSEEN);
    const { ready, missing } = nativeStatus({ dir: root });
    expect({ ready, missing }).toEqual({ ready: false, missing: [expect.stringMatching(UNSEEN)] });
    expect(await readdir(dirname(path))).toEqual(['package.json']);
  });

  it('and the fastest backend is another one, with the reason', async () => {
    const root = await hide(join(await temporaryFolder(), 'cache'));
    vi.stubEnv('TRAINKIT_NATIVE_DIR', root);
    const { useFastestBackend } = await import('./fastest.js');
    await expect(useFastestBackend({ prefer: 'tensorflow' })).rejects.toThrow(UNSEEN);
    vi.unstubAllEnvs();
  });
});
