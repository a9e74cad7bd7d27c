import { errorReason, parseJson } from '@trainkit/checks';
import { isPresent, readRegularFile, writeWhole } from '@trainkit/checks/files';
import type { z } from 'zod';
import { UserError } from '../terminal/user-error.js';

/**
 * The remedy for files of a run that cannot be used. It names the command, since `resume` has no
 * such flag.
 */
export const REPLACE_RUN = 'Replace the run with `run … --fresh`.';

/**
 * Returns the error for a run's folder, or a file in it, that was removed or replaced during the
 * training.
 */
export function movedFolder(path: string): UserError {
  return new UserError(
    `${path} was moved, removed or replaced during the training; expected the run's folder to stay. ` +
      'Use `resume` with its new path, or start the run again.',
  );
}

/**
 * Returns true if the path exists, and false only if it certainly does not.
 *
 * @throws UserError if this is unknown, as for an unmounted disk: existing files must not be
 *   overwritten
 */
export function isThere(path: string): boolean {
  try {
    return isPresent(path);
  } catch (cause) {
    throw new UserError(
      `${errorReason(cause)}. Nothing was changed. Make it readable, or choose another folder.`,
      { cause },
    );
  }
}

/**
 * Reads a file of a run; returns null if it does not exist.
 *
 * @param remedy the remedy for a file that this program did not write
 * @throws UserError for a file that does not match `schema`
 */
export function readRecord<T>(path: string, schema: z.ZodType<T>, remedy = REPLACE_RUN): T | null {
  if (!isThere(path)) return null;
  const parsed = schema.safeParse(readJson(path, remedy));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `${path} is not a file of this program (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}). ${remedy}`,
  );
}

/** Reads any JSON file of a run; throws a UserError if it is not JSON. */
export function readJson(path: string, remedy = REPLACE_RUN): unknown {
  try {
    return parseJson(new TextDecoder().decode(readRegularFile(path)));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as JSON: ${errorReason(cause)}. ${remedy}`, { cause });
  }
}

/** Writes a file that {@link readRecord} reads. */
export function writeRecord(path: string, value: unknown): void {
  writeDurably(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Writes a file of a run atomically; the file is on the disk when this returns. Throws a UserError
 * if it cannot be written.
 */
export function writeDurably(path: string, contents: string | Uint8Array): void {
  try {
    writeWhole(path, contents, { durable: true });
  } catch (cause) {
    throw new UserError(
      `${path} could not be written: ${errorReason(cause)}. Free some space, or choose another folder with --out.`,
      { cause },
    );
  }
}
