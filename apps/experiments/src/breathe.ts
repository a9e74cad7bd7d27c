import { setImmediate } from 'node:timers/promises';
import { throwIfInterrupted } from './interruption.js';

/** How long a loop may run before it lets signals and output through, in milliseconds. */
const BREATHE_EVERY = 50;

/**
 * For a long loop of synchronous work: call what it returns in every turn, and signals and output get through.
 *
 * @returns a function that throws, as {@link throwIfInterrupted}, once the person has pressed Ctrl-C
 */
export function breather(signal: AbortSignal): (where: string) => Promise<void> {
  let last = performance.now();
  return async (where) => {
    if (performance.now() - last < BREATHE_EVERY) return;
    await breathe(signal, where);
    last = performance.now();
  };
}

/** Lets signals through now, and throws if one says to stop. */
export async function breathe(signal: AbortSignal, where: string): Promise<void> {
  await setImmediate();
  throwIfInterrupted(signal, where);
}
