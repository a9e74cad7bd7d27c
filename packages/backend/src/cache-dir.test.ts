import { join } from 'node:path';
import { nativeRoot } from '@trainkit/native/build';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';

const before = process.cwd();
afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

it.each([
  ['TRAINKIT_NATIVE_DIR', 'native-of-tests', 'native-of-tests'],
  ['XDG_CACHE_HOME', 'cache-of-tests', join('cache-of-tests', 'trainkit')],
])('stays at the first target of a relative %s', async (name, value, path) => {
  vi.stubEnv('TRAINKIT_NATIVE_DIR', '');
  vi.stubEnv(name, value);
  const first = nativeRoot();
  expect(first).toBe(join(before, path));
  process.chdir(await temporaryFolder());
  expect(nativeRoot()).toBe(first);
  expect(nativeRoot('own')).toBe(join(process.cwd(), 'own'));
});
