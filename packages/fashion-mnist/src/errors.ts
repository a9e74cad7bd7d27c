/**
 * What went wrong:
 * `missing` a file is not there · `damaged` a file is not what it should be · `unreachable` no mirror gave a
 * file · `unwritable` the cache folder cannot be written (a full disk, no permission).
 */
export type FashionMnistErrorCode = 'missing' | 'damaged' | 'unreachable' | 'unwritable';

/** Fashion-MNIST cannot be had; the message says why and what to do, `code` is for programs. */
export class FashionMnistError extends Error {
  override readonly name = 'FashionMnistError';
  readonly code: FashionMnistErrorCode;

  constructor(code: FashionMnistErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
