import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isPresent } from '@trainkit/checks/files';
import { javascriptFolder, libraryFolder, TENSORFLOW_VERSION } from './cache-dir.js';
import { type DamagedFile, damagedFiles, readRecord, verifyFiles } from './damage.js';
import { namesIn } from './names-in.js';

const ADDON = 'tfjs_binding.node';

/** An installed addon and where it was found. */
export interface FoundAddon {
  /** The file `tfjs_binding.node`. */
  path: string;
  /**
   * `package`: tfjs-node's own download succeeded; `cache`: `trainkit-native tensorflow` provided
   * it.
   */
  from: 'package' | 'cache';
}

/** The installed JavaScript of tfjs-node. */
export interface FoundJavascript {
  /** The folder of `@tensorflow/tfjs-node`, with package.json, dist and binding. */
  folder: string;
  /**
   * `package`: the application's node_modules; `cache`: `trainkit-native tensorflow` provided it.
   */
  from: 'package' | 'cache';
}

/** The folder of the application's own `@tensorflow/tfjs-node`; null if it has none. */
export function packagedTfjsNode(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return null;
  }
}

/** tfjs-node's JavaScript: the application's own, else the one in the cache folder. */
export function findJavascript(
  root: string,
  own: string | null = packagedTfjsNode(),
): FoundJavascript | undefined {
  if (own !== null) return { folder: own, from: 'package' };
  if (damagedFiles(javascriptFolder(root)).length > 0) return undefined;
  const folder = join(javascriptFolder(root), 'node_modules', '@tensorflow', 'tfjs-node');
  return isPresent(join(folder, 'package.json')) ? { folder, from: 'cache' } : undefined;
}

/** Every addon that could be loaded, the preferred one first. */
export function findAddons(root: string, own: string | null = packagedTfjsNode()): FoundAddon[] {
  const found: FoundAddon[] = [];
  if (own !== null) {
    const path = join(own, 'lib', 'napi-v8', ADDON);
    if (isPresent(path) && packageDamage(own).length === 0) found.push({ path, from: 'package' });
  }
  for (const version of cachedVersions(root)) {
    const path = cachedAddon(libraryFolder(root, version));
    if (path !== undefined) found.push({ path, from: 'cache' });
  }
  return found;
}

/**
 * The addon in a folder of the cache. A compiled one is at its top; a downloaded one is at the path
 * that tfjs-node's own install uses. Undefined if a file has the wrong length: loading a truncated
 * library ends the process.
 */
export function cachedAddon(folder: string): string | undefined {
  if (damagedFiles(folder).length > 0) return undefined;
  return [join(folder, ADDON), join(folder, 'lib', 'napi-v8', ADDON)].find((path) => isPresent(path));
}

/**
 * The TensorFlow versions in the cache folder that can be loaded: the one requested last first,
 * else the tested version of this release, then the newest.
 */
export function cachedVersions(root: string): string[] {
  const chosen = (version: string) => readRecord(libraryFolder(root, version)).chosen ?? '';
  const rank = (version: string) => (version === TENSORFLOW_VERSION ? 0 : 1);
  return versionFolders(root)
    .filter((version) => cachedAddon(libraryFolder(root, version)) !== undefined)
    .sort(
      (a, b) =>
        compare(chosen(b), chosen(a)) ||
        rank(a) - rank(b) ||
        b.localeCompare(a, undefined, { numeric: true }),
    );
}

/** The damaged files in the cache folder and in tfjs-node's own; none of them is loaded. */
export function findDamage(root: string, own: string | null = packagedTfjsNode()): DamagedFile[] {
  return [
    ...(own === null ? [] : packageDamage(own)),
    ...versionFolders(root).flatMap((version) => damagedFiles(libraryFolder(root, version))),
    ...(own === null ? damagedFiles(javascriptFolder(root)) : []),
  ];
}

/**
 * The same as {@link findDamage}, by the contents of all files in the cache folder, whatever their
 * times are.
 */
export function verifyCache(root: string): DamagedFile[] {
  const folders = versionFolders(root).map((version) => libraryFolder(root, version));
  return [...folders, javascriptFolder(root)].flatMap(verifyFiles);
}

/**
 * tfjs-node's own install keeps no record, so its files are compared with their own ELF headers.
 */
function packageDamage(own: string): DamagedFile[] {
  return [join(own, 'lib', 'napi-v8'), join(own, 'deps', 'lib')].flatMap((folder) => damagedFiles(folder));
}

function versionFolders(root: string): string[] {
  const prefix = 'tensorflow-';
  const names = namesIn(root);
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
