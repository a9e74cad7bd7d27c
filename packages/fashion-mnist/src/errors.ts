import { errorCode, printable } from '@trainkit/checks';

/**
 * The kind of failure: `missing` a file is missing · `damaged` a file has wrong contents ·
 * `unreachable` no mirror provided a file · `unwritable` the cache folder cannot be written (a full
 * disk, no permission). The last one is passed to `onWarning`, since the data are available anyway;
 * loading never throws it.
 */
export type FashionMnistErrorCode = 'missing' | 'damaged' | 'unreachable' | 'unwritable';

/**
 * The error if Fashion-MNIST is not available. The message gives the reason and what to do; `code`
 * is for programs.
 */
export class FashionMnistError extends Error {
  override readonly name = 'FashionMnistError';
  /** The kind of failure, for programs. */
  readonly code: FashionMnistErrorCode;

  constructor(code: FashionMnistErrorCode, message: string, options?: ErrorOptions) {
    // The message may quote names and files of others.
    super(printable(message), options);
    this.code = code;
  }
}

/** The message of any thrown value, with that of its cause, where fetch hides the reason. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // If several addresses of a host were tried, the cause has a code and no message.
  return `${error.message}: ${cause.message || errorCode(cause) || cause.name}`;
}
