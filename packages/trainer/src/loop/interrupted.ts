/** Exit codes of processes that a signal ended: 128 and the signal's number. */
const EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * The error for a training that Ctrl-C, SIGTERM or an `AbortSignal` ended after a step, with a
 * checkpoint.
 */
export class Interrupted extends Error {
  /** The class's name. */
  override readonly name = 'Interrupted';
  /** The completed steps. */
  readonly step: number;
  /** The exit code for the process: 143 after SIGTERM, else 130. */
  readonly exitCode: number;

  constructor(message: string, { step, reason }: { step: number; reason: unknown }) {
    super(message, { cause: reason });
    this.step = step;
    this.exitCode = (typeof reason === 'string' ? EXIT_CODES[reason] : undefined) ?? 130;
  }
}
