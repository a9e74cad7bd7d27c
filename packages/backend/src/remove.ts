import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './names-in.js';

/** TensorFlow, tfjs-node's JavaScript, addons of the native backend, and the compiler zig with its cache. */
const PROVIDED = /^\.?(?:(?:tensorflow|tfjs-node)-\d|native-[0-9a-f]{16}\b|zig-(?:\d|cache\b))/;

/** How an application's note of an installation that failed ends: `<application>-tried-in-vain`, in the cache folder. */
const FAILURE_NOTE = /^[\w-]+-tried-in-vain$/;

/**
 * Removes what `trainkit-native` provides from the cache folder, and resolves to the names of what it removed: one
 * version of TensorFlow, or everything. Data sets and other things in the folder stay.
 */
export async function removeNative(root: string, version?: string): Promise<string[]> {
  const own = namesIn(root).filter((name) =>
    version === undefined ? PROVIDED.test(name) || FAILURE_NOTE.test(name) : name === `tensorflow-${version}`,
  );
  for (const name of own) await rm(join(root, name), { recursive: true, force: true });
  return own;
}

/** Removes the notes of failed installations: what failed then has succeeded now. */
export async function removeFailureNotes(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (FAILURE_NOTE.test(name)) await rm(join(root, name), { force: true });
  }
}
