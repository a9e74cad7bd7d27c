import { DivergenceError } from '../../loop/divergence.js';
import type { ErrorValue } from './messages.js';

/** An error as a message carries it. */
export function errorValue(error: unknown): ErrorValue {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, divergence: null };
  }
  const { name, message, stack } = error;
  // By its name: the program may have another copy of the package.
  const divergence =
    name === 'DivergenceError' && 'step' in error && typeof error.step === 'number'
      ? { step: error.step, checkpoint: checkpointOf(error) }
      : null;
  return { name, message, stack, divergence };
}

/** The error again: a {@link DivergenceError}, or an `Error` with the name and the stack that it had in the worker. */
export function errorFrom({ name, message, stack, divergence }: ErrorValue): Error {
  const error =
    divergence === null
      ? Object.assign(new Error(message), { name })
      : new DivergenceError(message, divergence);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function checkpointOf(error: Error): number | null {
  return 'checkpoint' in error && typeof error.checkpoint === 'number' ? error.checkpoint : null;
}
