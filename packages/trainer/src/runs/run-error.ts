import { printable } from '@trainkit/checks';

/** The kinds of {@link RunError}. */
export type RunErrorCode = 'locked' | 'moved' | 'checkpoint' | 'log' | 'read' | 'write';

/**
 * The error of a run's files or its lock. The user can remove its cause, so no stack is shown.
 *
 * Its message is {@link problem} and {@link remedy}; a program with its own remedies shows only
 * the problem.
 */
export class RunError extends Error {
  /** The class's name. */
  override readonly name = 'RunError';
  /**
   * The kind: another process holds the lock, the folder was moved, no checkpoint is good, a log
   * does not fit, a file fails.
   */
  readonly code: RunErrorCode;
  /** A sentence that names the problem, with the path. */
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
