import { breathe } from './breathe.js';

/**
 * Runs `body` with a signal that Ctrl-C (SIGINT) or SIGTERM aborts, so that it can end in order.
 *
 * The second Ctrl-C ends the process at once.
 */
export async function interruptible(body: (signal: AbortSignal) => Promise<void>): Promise<void> {
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
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
