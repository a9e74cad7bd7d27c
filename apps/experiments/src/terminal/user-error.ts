import { printable } from '@trainkit/checks';

/**
 * An error that the user can correct: the command prints the message without a stack and exits with
 * {@link exitCode}.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The exit code: 1, or 130 (128 + SIGINT) if the user stopped the run. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {}) {
    // The message may quote foreign names and files, so control characters are escaped.
    super(printable(message), cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}
