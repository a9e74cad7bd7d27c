import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isWhole } from './elf.js';
import { thisPlatform } from './platforms.js';
import { MARK } from './sources.js';

/** The file name of the addon, in a package as in the cache folder. */
export const ADDON = 'trainkit.node';

/**
 * The prebuilt addon of this platform, where its package is installed and was built from the
 * sources of this version.
 */
export function findPrebuilt(digest: string): string | undefined {
  const platform = thisPlatform();
  if (platform === undefined) return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@trainkit/native-${platform.name}/package.json`);
    const path = join(dirname(manifest), ADDON);
    return isWhole(path) && isBuiltFrom(path, digest) ? path : undefined;
  } catch {
    // The package is not installed, or holds no addon: the cache folder is next.
    return undefined;
  }
}

/** Returns true where an addon has the digest of its sources in it. */
export function isBuiltFrom(path: string, digest: string): boolean {
  return readFileSync(path).includes(`${MARK}${digest}`);
}
