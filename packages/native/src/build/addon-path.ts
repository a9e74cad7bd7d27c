import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions, errorCode, type OptionNames } from '@trainkit/checks';
import { nativeRoot } from './cache-folder.js';
import { compileAddon } from './compile.js';
import { findCompiler } from './compiler.js';
import { FLAGS, KERNEL_FLAGS, sourcesDigest, targetsOf } from './sources.js';

/** Options of {@link addonPath}. */
export interface AddonPathOptions {
  /** Ends a compilation when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called before the first translation unit is compiled, and after each. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

const OPTIONS: OptionNames<AddonPathOptions> = { signal: true, onProgress: true };

/**
 * The path of the addon: from the cache folder, or compiled into it by the C++ compiler of this machine.
 *
 * @throws where there is no compiler, or the processor's architecture has no kernels
 */
export async function addonPath(options: AddonPathOptions = {}): Promise<string> {
  checkOptions('addonPath', options, OPTIONS);
  if (targetsOf(process.arch).length === 0) {
    throw new Error(
      `the addon has no kernels for the architecture ${process.arch}; it has some for x64 and arm64`,
    );
  }
  const { compiler, version } = await findCompiler(options.signal);
  const path = join(nativeRoot(), `native-${buildDigest(version)}`, 'trainkit.node');
  if (!(await isThere(path))) {
    options.onProgress?.(0, 1);
    await compileAddon(path, { ...options, compiler });
  }
  return path;
}

/** A digest of everything that the addon is built from. */
function buildDigest(compilerVersion: string): string {
  const flags = [...FLAGS, ...KERNEL_FLAGS, ...targetsOf(process.arch).flatMap((target) => target.flags)];
  return createHash('sha256')
    .update([sourcesDigest(), compilerVersion, process.platform, process.arch, ...flags].join('\0'))
    .digest('hex')
    .slice(0, 16);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
