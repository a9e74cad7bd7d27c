import { resolve } from 'node:path';
import { resolveOnce } from '@trainkit/checks/files';
import envPaths from 'env-paths';

/**
 * The folder of everything native that is built or downloaded: `$TRAINKIT_NATIVE_DIR`, else the
 * user's cache folder (`~/.cache/trainkit` on Linux, where `$XDG_CACHE_HOME` counts).
 *
 * It lies outside node_modules, so that a re-install leaves it alone and every project of the
 * machine shares it.
 */
export function nativeRoot(dir: string | undefined = process.env['TRAINKIT_NATIVE_DIR']): string {
  if (dir !== undefined && dir !== '' && dir !== process.env['TRAINKIT_NATIVE_DIR']) return resolve(dir);
  return resolveOnce(dir || envPaths('trainkit', { suffix: '' }).cache);
}
