import { errorMessage, parseJson } from '@trainkit/checks';
import { isPresent, readRegularFile, writeWhole } from '@trainkit/checks/files';
import type { z } from 'zod';
import { UserError } from '../terminal/user-error.js';

/** What to do about files of a run that cannot be used; `resume`, which finds them too, has no such flag. */
export const MAKE_ANEW = 'Make the run anew with `run … --fresh`.';

/** What is said where the folder of a run, or a file in it, is gone or another one while the run is made. */
export function movedFolder(path: string): UserError {
  return new UserError(
    `${path} is no longer what it was: the run's folder was moved or removed while the run was made, and what would be written ` +
      'now would lie in two places. Go on with `resume` and the folder where it is now, or begin the run again.',
  );
}

/**
 * Returns true where something has the path, and false only where certainly nothing has it.
 *
 * @throws UserError where that cannot be told, as of a disk that is not mounted: what is there must not be written over
 */
export function isThere(path: string): boolean {
  try {
    return isPresent(path);
  } catch (cause) {
    throw new UserError(
      `${errorMessage(cause)}. Nothing was changed. Make it readable, or choose another folder.`,
      { cause },
    );
  }
}

/**
 * What a file of a run says; null where it is not there.
 *
 * @param remedy what to do where it is not what this program writes
 * @throws UserError then
 */
export function readRecord<T>(path: string, schema: z.ZodType<T>, remedy = MAKE_ANEW): T | null {
  if (!isThere(path)) return null;
  const parsed = schema.safeParse(readJson(path, remedy));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `${path} is not what this program writes (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}). ${remedy}`,
  );
}

/** A file of a run, whatever it holds; throws a UserError where that is no JSON. */
export function readJson(path: string, remedy = MAKE_ANEW): unknown {
  try {
    return parseJson(new TextDecoder().decode(readRegularFile(path)));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as JSON: ${errorMessage(cause)}. ${remedy}`, { cause });
  }
}

/** Writes what {@link readRecord} reads. */
export function writeRecord(path: string, value: unknown): void {
  writeDurably(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Writes a file of a run, whole, which is on the disk when this returns; throws a UserError where it cannot. */
export function writeDurably(path: string, contents: string | Uint8Array): void {
  try {
    writeWhole(path, contents, { durable: true });
  } catch (cause) {
    throw new UserError(
      `${path} could not be written: ${errorMessage(cause)}. Free some space, or choose another folder with --out.`,
      { cause },
    );
  }
}
