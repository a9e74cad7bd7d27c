import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { nativeRoot } from '@trainkit/native/build';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { fileSizes, RECORD } from './damage.js';
import { cachedVersions, findAddons, findJavascript } from './native-layout.js';
import { nativeStatus } from './status.js';

async function touch(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '{}');
  return path;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('findAddons', () => {
  it("prefers tfjs-node's own, then the TensorFlow that was tried, then the newest", async () => {
    const root = await temporaryFolder();
    const own = await temporaryFolder();
    const packaged = await touch(join(own, 'lib/napi-v8/tfjs_binding.node'));
    const newer = await touch(join(root, 'tensorflow-2.18.1/tfjs_binding.node'));
    const tried = await touch(join(root, 'tensorflow-2.15.1/tfjs_binding.node'));
    const old = await touch(join(root, 'tensorflow-2.9.1/lib/napi-v8/tfjs_binding.node'));
    await touch(join(root, 'tensorflow-2.16.1/lib/libtensorflow_cc.so.2'));
    expect(findAddons(root, own)).toEqual([
      { path: packaged, from: 'package' },
      { path: tried, from: 'cache' },
      { path: newer, from: 'cache' },
      { path: old, from: 'cache' },
    ]);
    expect(cachedVersions(root)).toEqual(['2.15.1', '2.18.1', '2.9.1']);
  });

  it('puts the version that was asked for last before all others', async () => {
    const root = await temporaryFolder();
    const chosen = {
      '2.15.1': '2026-01-02T00:00:00.000Z',
      '2.18.1': '2026-01-03T00:00:00.000Z',
      '2.19.0': undefined,
    };
    for (const [version, time] of Object.entries(chosen)) {
      await touch(join(root, `tensorflow-${version}`, 'tfjs_binding.node'));
      await writeFile(join(root, `tensorflow-${version}`, RECORD), JSON.stringify({ chosen: time }));
    }
    expect(cachedVersions(root)).toEqual(['2.18.1', '2.15.1', '2.19.0']);
  });

  it('passes over files that are not as long as they were, which would end the process', async () => {
    const root = await temporaryFolder();
    const folder = join(root, 'tensorflow-2.15.1');
    const addon = await touch(join(folder, 'tfjs_binding.node'));
    const library = await touch(join(folder, 'lib/libtensorflow_cc.so.2'));
    await writeFile(join(folder, RECORD), JSON.stringify({ sizes: fileSizes(folder) }));
    expect(findAddons(root, null)).toEqual([{ path: addon, from: 'cache' }]);
    for (const path of [addon, library]) {
      await writeFile(path, '{');
      expect(findAddons(root, null)).toEqual([]);
      expect(nativeStatus({ dir: root }).ready).toBe(false);
      await touch(path);
    }
    await rm(library);
    expect(findAddons(root, null)).toEqual([]);
  });

  it('finds nothing if the root is a file', async () => {
    const file = await touch(join(await temporaryFolder(), 'file'));
    expect(findAddons(file, null)).toEqual([]);
  });

  it('finds nothing in a folder that does not exist', async () => {
    expect(findAddons(join(await temporaryFolder(), 'none'), await temporaryFolder())).toEqual([]);
  });
});

describe('findJavascript', () => {
  it("is the application's own if there is one", async () => {
    const root = await temporaryFolder();
    expect(findJavascript(root, '/app/tfjs-node')).toEqual({ folder: '/app/tfjs-node', from: 'package' });
  });
});

describe('nativeStatus', () => {
  it('names the missing parts', async () => {
    const dir = await temporaryFolder();
    const status = nativeStatus({ dir });
    expect(status).toMatchObject({ ready: false, root: dir });
    expect(status.missing).toContain(
      "TensorFlow's library with tfjs-node's addon is not in the cache folder.",
    );
    await touch(join(dir, 'tensorflow-2.15.1/tfjs_binding.node'));
    expect(nativeStatus({ dir }).addon).toEqual({
      path: join(dir, 'tensorflow-2.15.1/tfjs_binding.node'),
      from: 'cache',
    });
  });
});

describe('nativeRoot', () => {
  it('is the folder that is given, else the one of the variable, else the cache folder', () => {
    vi.stubEnv('TRAINKIT_NATIVE_DIR', '/variable');
    expect(nativeRoot('/given')).toBe('/given');
    expect(nativeRoot()).toBe('/variable');
    vi.stubEnv('TRAINKIT_NATIVE_DIR', '');
    vi.stubEnv('XDG_CACHE_HOME', '/xdg');
    if (process.platform === 'linux') expect(nativeRoot()).toBe('/xdg/trainkit');
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(nativeRoot().startsWith(homedir())).toBe(true);
  });
});
