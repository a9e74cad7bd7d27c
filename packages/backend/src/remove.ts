import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './names-in.js';

/**
 * TensorFlow, tfjs-node's JavaScript, addons of the native backend, and the compiler zig with its
 * cache.
 */
const PROVIDED = /^\.?(?:(?:tensorflow|tfjs-node)-\d|native-[0-9a-f]{16}\b|zig-(?:\d|cache\b))/;

/**
 * The file name of an application's note that an installation failed:
 * `<application>-tried-in-vain`, in the cache folder.
 */
const FAILURE_NOTE = /^[\w-]+-tried-in-vain$/;

/**
 * Removes the files of `trainkit-native` from the cache folder, of one version of TensorFlow or
 * all, and resolves to the removed names. Data sets and other files in the folder stay.
 */
export async function removeNative(root: string, version?: string): Promise<string[]> {
  const own = namesIn(root).filter((name) =>
    version === undefined ? PROVIDED.test(name) || FAILURE_NOTE.test(name) : name === `tensorflow-${version}`,
  );
  for (const name of own) await rm(join(root, name), { recursive: true, force: true });
  return own;
}

/** Removes the notes of failed installations after a successful one. */
export async function removeFailureNotes(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (FAILURE_NOTE.test(name)) await rm(join(root, name), { force: true });
  }
}
