import { setImmediate } from 'node:timers/promises';
import { UserError } from './user-error.js';

/** The end of a command by Ctrl-C or SIGTERM, with the signal's exit code. */
export class Interruption extends UserError {
  readonly #advised: boolean;

  constructor(message: string, { exitCode, advised = false }: { exitCode: number; advised?: boolean }) {
    super(message, { exitCode });
    this.#advised = advised;
  }

  /** Returns the interruption with advice; an earlier advice, which is more specific, is kept. */
  withAdvice(advice: string): Interruption {
    if (this.#advised) return this;
    return new Interruption(`${this.message} ${advice}`, { exitCode: this.exitCode, advised: true });
  }
}

/**
 * Throws an {@link Interruption} that names the position of the command, if `signal` is aborted.
 */
export function throwIfInterrupted(signal: AbortSignal, where: string): void {
  if (!signal.aborted) return;
  throw new Interruption(`Interrupted ${where}.`, { exitCode: signal.reason === 'SIGTERM' ? 143 : 130 });
}

/** Lets pending signals arrive, and throws if one is a signal to stop. */
export async function yieldToEventLoop(signal: AbortSignal, where: string): Promise<void> {
  await setImmediate();
  throwIfInterrupted(signal, where);
}

/**
 * Runs `body` with a signal that Ctrl-C (SIGINT) or SIGTERM aborts, so that it can end in order.
 *
 * The second Ctrl-C ends the process at once.
 *
 * @param options.advice advice to the user after an interruption
 */
export async function interruptible(
  body: (signal: AbortSignal) => Promise<void>,
  { advice }: { advice: string },
): Promise<void> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? 143 : 130);
    controller.abort(name);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await body(controller.signal);
    // A signal during the last synchronous work arrives only now.
    await yieldToEventLoop(controller.signal, 'when all was done');
  } catch (error) {
    throw error instanceof Interruption ? error.withAdvice(advice) : error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
