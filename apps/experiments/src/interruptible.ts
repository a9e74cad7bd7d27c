import { breathe } from './breathe.js';
import { Interruption } from './interruption.js';

/**
 * Runs `body` with a signal that Ctrl-C (SIGINT) or SIGTERM aborts, so that it can end in order.
 *
 * The second Ctrl-C ends the process at once.
 *
 * @param options.advice what to tell the person who interrupted it
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
    // A signal during the last synchronous stretch of work is heard only now.
    await breathe(controller.signal, 'when all was done');
  } catch (error) {
    throw error instanceof Interruption ? error.withAdvice(advice) : error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
