import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addonPath } from './addon-path.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainkit-native-'));
  vi.stubEnv('TRAINKIT_NATIVE_DIR', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('compiles the addon once, and leaves nothing else in the cache folder', async () => {
  const progress: [number, number][] = [];
  const path = await addonPath({ onProgress: (done, total) => progress.push([done, total]) });
  expect(await readdir(join(path, '..'))).toEqual(['trainkit.node']);
  const [done, total] = progress.at(-1) ?? [];
  expect(done).toBe(total);

  progress.length = 0;
  expect(await addonPath({ onProgress: (...counts) => progress.push(counts) })).toBe(path);
  expect(progress).toEqual([]);
});

it('leaves no folder behind where the compiler fails', async () => {
  vi.stubEnv('CXX', 'false');
  await expect(addonPath()).rejects.toThrow('`false` ended with exit code 1');
  expect(await readdir(folder)).toEqual([]);
});
