import { printable } from '@trainkit/checks';

/**
 * Something that the person at the keyboard can mend: the command prints the message alone, without a stack,
 * and exits with {@link exitCode}.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** 1, or 130 (128 + SIGINT) where the person stopped the run. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {}) {
    // It may quote names and files of others.
    super(printable(message), cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}
