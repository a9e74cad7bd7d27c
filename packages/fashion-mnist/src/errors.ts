import { errorCode, printable } from '@trainkit/checks';

/**
 * The kind of failure:
 * `missing` a file is not there · `damaged` a file is not what it should be · `unreachable` no mirror gave a
 * file · `unwritable` the cache folder cannot be written (a full disk, no permission): given to `onWarning`, since
 * the data are there all the same, and never thrown by loading.
 */
export type FashionMnistErrorCode = 'missing' | 'damaged' | 'unreachable' | 'unwritable';

/** Fashion-MNIST cannot be had; the message says why and what to do, `code` is for programs. */
export class FashionMnistError extends Error {
  override readonly name = 'FashionMnistError';
  /** The kind of failure, for programs. */
  readonly code: FashionMnistErrorCode;

  constructor(code: FashionMnistErrorCode, message: string, options?: ErrorOptions) {
    // It may quote names and files of others.
    super(printable(message), options);
    this.code = code;
  }
}

/** The message of whatever was thrown, with that of its cause: fetch hides what happened in there. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // Where several addresses of a host were tried, the cause has a code and no message.
  return `${error.message}: ${cause.message || errorCode(cause) || cause.name}`;
}
