import { printable } from './show.js';

/** The text of anything that was thrown; {@link printable}, since it may quote a file. */
export function errorMessage(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

/** The code of a system error, such as `'ENOENT'`; undefined for anything else that was thrown. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
