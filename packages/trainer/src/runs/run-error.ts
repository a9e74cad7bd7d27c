import { printable } from '@trainkit/checks';

/** The kinds of {@link RunError}. */
export type RunErrorCode = 'locked' | 'moved' | 'checkpoint' | 'log' | 'read' | 'write';

/**
 * The error of a run's files or its lock: a person can remove its cause, and no stack is needed for that.
 *
 * Its message is {@link problem} and {@link remedy}; a program with remedies of its own takes the problem alone.
 */
export class RunError extends Error {
  /** The class's name. */
  override readonly name = 'RunError';
  /** The kind: the lock is another's, the folder was moved, no checkpoint is good, a log does not fit, a file fails. */
  readonly code: RunErrorCode;
  /** A sentence that says what is wrong, with the path. */
  readonly problem: string;
  /** A sentence that says what to do. */
  readonly remedy: string;

  constructor(code: RunErrorCode, problem: string, remedy: string, origin?: { cause: unknown }) {
    super(printable(`${problem} ${remedy}`), origin);
    this.code = code;
    this.problem = printable(problem);
    this.remedy = remedy;
  }
}
