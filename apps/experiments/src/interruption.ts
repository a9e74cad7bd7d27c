import { UserError } from './user-error.js';

/** The person pressed Ctrl-C, or somebody sent SIGTERM: the command ends in order, with the signal's exit code. */
export class Interruption extends UserError {
  /** The same with what to do about it. */
  withAdvice(advice: string): Interruption {
    return new Interruption(`${this.message} ${advice}`, { exitCode: this.exitCode });
  }
}

/** Throws an {@link Interruption} that says where it met the command, if `signal` is aborted. */
export function throwIfInterrupted(signal: AbortSignal, where: string): void {
  if (!signal.aborted) return;
  throw new Interruption(`Interrupted ${where}.`, { exitCode: signal.reason === 'SIGTERM' ? 143 : 130 });
}
