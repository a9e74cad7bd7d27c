import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { javascriptFolder, libraryFolder, TENSORFLOW_VERSION } from './cache-dir.js';

const ADDON = 'tfjs_binding.node';

/** An addon that is there, with the place where it was found. */
export interface FoundAddon {
  /** The file `tfjs_binding.node`. */
  path: string;
  /** `package`: tfjs-node's own download succeeded; `cache`: `trainkit-native` provided it. */
  from: 'package' | 'cache';
}

/** tfjs-node's JavaScript that is there. */
export interface FoundJavascript {
  /** The folder of `@tensorflow/tfjs-node`, with package.json, dist and binding. */
  folder: string;
  /** `package`: the application's node_modules; `cache`: `trainkit-native` provided it. */
  from: 'package' | 'cache';
}

/** The folder of the application's own `@tensorflow/tfjs-node`; null where it has none. */
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
  const folder = join(javascriptFolder(root), 'node_modules', '@tensorflow', 'tfjs-node');
  return existsSync(join(folder, 'package.json')) ? { folder, from: 'cache' } : undefined;
}

/** Every addon that could be loaded, the first choice first. */
export function findAddons(root: string, own: string | null = packagedTfjsNode()): FoundAddon[] {
  const found: FoundAddon[] = [];
  if (own !== null) {
    const path = join(own, 'lib', 'napi-v8', ADDON);
    if (existsSync(path)) found.push({ path, from: 'package' });
  }
  for (const version of cachedVersions(root)) {
    const path = cachedAddon(libraryFolder(root, version));
    if (path !== undefined) found.push({ path, from: 'cache' });
  }
  return found;
}

/**
 * The addon in a folder of the cache: at its top where it was compiled here, where tfjs-node's own install would
 * put it when it was downloaded. None where a file is not as long as it was: loading half a library ends the process.
 */
export function cachedAddon(folder: string): string | undefined {
  if (!isWhole(folder)) return undefined;
  return [join(folder, ADDON), join(folder, 'lib', 'napi-v8', ADDON)].find((path) => existsSync(path));
}

/** The TensorFlow versions in the cache folder: the one that this release was tried with, then the newest first. */
export function cachedVersions(root: string): string[] {
  const prefix = 'tensorflow-';
  const names = isFolder(root) ? readdirSync(root) : [];
  const rank = (version: string) => (version === TENSORFLOW_VERSION ? 0 : 1);
  return names
    .filter((name) => name.startsWith(prefix) && cachedAddon(join(root, name)) !== undefined)
    .map((name) => name.slice(prefix.length))
    .sort((a, b) => rank(a) - rank(b) || b.localeCompare(a, undefined, { numeric: true }));
}

/** The record in a folder of the cache: what was installed there. */
export const RECORD = 'native.json';

/** The length of every file below `folder`, by its path, for {@link RECORD}. */
export function fileSizes(folder: string): Record<string, number> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names.flatMap((name) => {
      const file = statSync(join(folder, name));
      return file.isFile() ? [[name, file.size]] : [];
    }),
  );
}

function isWhole(folder: string): boolean {
  try {
    const record: { sizes?: Record<string, number> } = JSON.parse(readFileSync(join(folder, RECORD), 'utf8'));
    return Object.entries(record.sizes ?? {}).every(
      ([name, size]) => statSync(join(folder, name), { throwIfNoEntry: false })?.size === size,
    );
  } catch {
    // Without a record it is what somebody put there by hand.
    return true;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
