import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from '../error.js';
import { printable } from '../show.js';

/** The functions of `node:fs` that presence is decided by, for tests and for file systems of one's own. */
export interface PresenceFiles {
  /** Throws ENOENT where nothing has the name; a link counts by itself. */
  lstatSync(path: string): unknown;
  /** Follows links. */
  statSync(path: string): { isDirectory(): boolean; isFile(): boolean };
  /** Returns the whole file. */
  readFileSync(path: string): Uint8Array<ArrayBuffer>;
}

const DISK: PresenceFiles = { lstatSync, statSync, readFileSync };

/**
 * Returns true where something has the path, false only where certainly nothing has it.
 *
 * The trap: `existsSync` is false too where a disk is not mounted, a server does not answer or a folder may not be
 * entered. A program that then begins anew overwrites what it did not see. Here that is an error, and so is a link that
 * leads to nothing, at the path or in the folders above it.
 *
 * @throws Error naming the path, where it cannot be decided
 *
 * @example
 * ```ts
 * import { isPresent } from '@trainkit/checks/files';
 *
 * console.log(isPresent('.'), isPresent('no/such/file')); // → true false
 * ```
 */
export function isPresent(path: string, files: PresenceFiles = DISK): boolean {
  try {
    files.statSync(path);
    return true;
  } catch (error) {
    if (isAbsence(error)) {
      checkNoLink(path, files);
      return false;
    }
    throw new Error(`${printable(path)} cannot be looked at: ${errorMessage(error)}`, { cause: error });
  }
}

/**
 * Returns a file's bytes, or null only where certainly nothing has the path, as {@link isPresent} decides.
 *
 * @throws Error where the file cannot be read, or where it cannot be decided that there is none
 */
export function readIfPresent(path: string, files: PresenceFiles = DISK): Uint8Array<ArrayBuffer> | null {
  try {
    return readRegularFile(path, files);
  } catch (error) {
    if (!isAbsence(error)) throw error;
    // Another process may have put it there in between.
    return isPresent(path, files) ? readRegularFile(path, files) : null;
  }
}

/**
 * Returns a file's bytes.
 *
 * The trap: `readFileSync` reads without end from a device such as /dev/zero, and waits without end for a pipe that
 * nobody writes to. A link in a folder of foreign origin may lead there; here both are errors.
 *
 * @throws Error where the path is a device, a pipe or a socket, and where the file cannot be read
 *
 * @example
 * ```ts
 * import { readRegularFile } from '@trainkit/checks/files';
 *
 * console.log(readRegularFile('package.json').length > 0); // → true
 * ```
 */
export function readRegularFile(path: string, files: PresenceFiles = DISK): Uint8Array<ArrayBuffer> {
  checkRegular(path, files.statSync(path));
  return files.readFileSync(path);
}

/**
 * Throws where a file is none that ends: a device, a pipe or a socket. A folder is left to the read, whose error says so.
 *
 * @param found what `stat` says of it
 */
export function checkRegular(path: string, found: { isDirectory(): boolean; isFile(): boolean }): void {
  if (found.isFile() || found.isDirectory()) return;
  throw new Error(
    `${printable(path)} is a device, a pipe or a socket; expected a file. Save its contents to a file first.`,
  );
}

/** @throws Error where a link leads to nothing, at the path or above it */
function checkNoLink(path: string, files: PresenceFiles): void {
  try {
    files.lstatSync(path);
  } catch (error) {
    if (!isAbsence(error))
      throw new Error(`${printable(path)} cannot be looked at: ${errorMessage(error)}`, { cause: error });
    const parent = dirname(path);
    if (parent !== path) isPresent(parent, files);
    return;
  }
  throw new Error(`${printable(path)} is a link that leads to nothing: its disk may not be mounted`);
}

/** Below a file nothing exists. */
function isAbsence(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
