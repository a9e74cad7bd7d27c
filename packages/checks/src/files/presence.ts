import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from '../error.js';
import { printable } from '../show.js';

/**
 * The functions of `node:fs` that decide if a file exists, for tests and for other file systems.
 */
export interface PresenceFiles {
  /** Throws ENOENT if nothing has the name; does not follow links. */
  lstatSync(path: string): unknown;
  /** Follows links. */
  statSync(path: string): { isDirectory(): boolean; isFile(): boolean };
  /** Returns the whole file. */
  readFileSync(path: string): Uint8Array<ArrayBuffer>;
}

const DISK: PresenceFiles = { lstatSync, statSync, readFileSync };

/**
 * Returns true if something has the path, and false only if certainly nothing has it.
 *
 * The trap: `existsSync` also returns false if a disk is not mounted, a server does not answer or a
 * folder may not be entered. A program that then starts again overwrites the existing files. Here
 * these cases are errors, and so is a broken link, at the path or in the folders above it.
 *
 * @throws Error naming the path, if it cannot be decided
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
    throw new Error(`${printable(path)} cannot be inspected: ${errorMessage(error)}`, { cause: error });
  }
}

/**
 * Returns a file's bytes, or null only if certainly nothing has the path, according to
 * {@link isPresent}.
 *
 * @throws Error if the file cannot be read, or if it cannot be decided that there is none
 */
export function readIfPresent(path: string, files: PresenceFiles = DISK): Uint8Array<ArrayBuffer> | null {
  try {
    return readRegularFile(path, files);
  } catch (error) {
    if (!isAbsence(error)) throw error;
    // Another process may have created it in between.
    return isPresent(path, files) ? readRegularFile(path, files) : null;
  }
}

/**
 * Returns a file's bytes.
 *
 * The trap: `readFileSync` reads forever from a device such as /dev/zero, and waits forever for a
 * pipe without a writer. A link in an untrusted folder may lead there; here both are errors.
 *
 * @throws Error if the path is a device, a pipe or a socket, or if the file cannot be read
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
 * Throws for an endless file: a device, a pipe or a socket. Folders are not checked, since reading
 * one throws.
 *
 * @param found the result of `stat`
 */
export function checkRegular(path: string, found: { isDirectory(): boolean; isFile(): boolean }): void {
  if (found.isFile() || found.isDirectory()) return;
  throw new Error(
    `${printable(path)} is a device, a pipe or a socket; expected a file. Save its contents to a file first.`,
  );
}

/** @throws Error for a broken link, at the path or above it */
function checkNoLink(path: string, files: PresenceFiles): void {
  try {
    files.lstatSync(path);
  } catch (error) {
    if (!isAbsence(error))
      throw new Error(`${printable(path)} cannot be inspected: ${errorMessage(error)}`, { cause: error });
    const parent = dirname(path);
    if (parent !== path) isPresent(parent, files);
    return;
  }
  throw new Error(`${printable(path)} is a broken link: its disk may not be mounted`);
}

/** True for an error that means absence; nothing exists below a file. */
function isAbsence(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
