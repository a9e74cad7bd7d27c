import { UserError } from './user-error.js';

/** The person pressed Ctrl-C, or somebody sent SIGTERM: the command ends in order, with the signal's exit code. */
export class Interruption extends UserError {
  readonly #advised: boolean;

  constructor(message: string, { exitCode, advised = false }: { exitCode: number; advised?: boolean }) {
    super(message, { exitCode });
    this.#advised = advised;
  }

  /** The same with what to do about it; who was nearer to the interruption and advised already knew better. */
  withAdvice(advice: string): Interruption {
    if (this.#advised) return this;
    return new Interruption(`${this.message} ${advice}`, { exitCode: this.exitCode, advised: true });
  }
}

/** Throws an {@link Interruption} that says where it met the command, if `signal` is aborted. */
export function throwIfInterrupted(signal: AbortSignal, where: string): void {
  if (!signal.aborted) return;
  throw new Interruption(`Interrupted ${where}.`, { exitCode: signal.reason === 'SIGTERM' ? 143 : 130 });
}
