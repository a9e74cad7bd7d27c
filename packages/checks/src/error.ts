import { printable } from './show.js';

/** The message of any thrown value; {@link printable}, since it may quote a file. */
export function errorMessage(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

/**
 * The message of any thrown value without its full stop, to be followed by a full stop and more
 * text. Otherwise the same as {@link errorMessage}.
 */
export function errorReason(error: unknown): string {
  // An ellipsis of three stops stays.
  return errorMessage(error).replace(/(?<!\.)\.\s*$/, '');
}

/** The code of a system error, such as `'ENOENT'`; undefined for any other thrown value. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
