import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/machine.js';
import { addonPath } from './addon-path.js';
import { findPrebuilt, isBuiltFrom } from './prebuilt.js';
import { sourcesDigest } from './sources.js';

it('the addon holds the digest of its sources', async () => {
  const path = await addonPath();
  expect(isBuiltFrom(path, sourcesDigest())).toBe(true);
  expect(isBuiltFrom(path, '0'.repeat(64))).toBe(false);
});

it('no prebuilt addon of other sources is taken', () => {
  expect(findPrebuilt('0'.repeat(64))).toBe(undefined);
});

it('a file without a digest is no addon of any sources', async () => {
  const path = join(await temporaryFolder(), 'trainkit.node');
  await writeFile(path, 'trainkit sources ');
  expect(isBuiltFrom(path, sourcesDigest())).toBe(false);
});
