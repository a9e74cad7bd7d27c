import { join, resolve } from 'node:path';
import { resolveOnce } from '@trainkit/checks/files';
import envPaths from 'env-paths';

/** The TensorFlow whose library `trainkit-native` provides unless it is told another. */
export const TENSORFLOW_VERSION = '2.15.1';

/** The tfjs-node whose JavaScript and addon source belong to it. */
export const TFJS_NODE_VERSION = '4.22.0';

/**
 * The folder that holds everything `trainkit-native` provides: `$TRAINKIT_NATIVE_DIR`, else the user's cache folder
 * (`~/.cache/trainkit` on Linux, where `$XDG_CACHE_HOME` counts).
 *
 * It lies outside node_modules, so that a re-install leaves it alone and every project of the machine shares it.
 */
export function nativeRoot(dir: string | undefined = process.env['TRAINKIT_NATIVE_DIR']): string {
  if (dir !== undefined && dir !== '' && dir !== process.env['TRAINKIT_NATIVE_DIR']) return resolve(dir);
  return resolveOnce(dir || envPaths('trainkit', { suffix: '' }).cache);
}

/** Where the library and the addon of one TensorFlow version are. */
export function libraryFolder(root: string, version: string): string {
  return join(root, `tensorflow-${version}`);
}

/** Where tfjs-node's JavaScript is, for projects that have none in their node_modules. */
export function javascriptFolder(root: string): string {
  return join(root, `tfjs-node-${TFJS_NODE_VERSION}`);
}
