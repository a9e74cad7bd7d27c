import { type DivergenceDetails, DivergenceError } from '../../loop/divergence.js';
import type { ErrorValue } from './messages.js';

/** Converts an error to a value for a message. */
export function errorValue(error: unknown): ErrorValue {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, divergence: null };
  }
  const { name, message, stack } = error;
  return { name, message, stack, divergence: divergenceOf(error) };
}

/**
 * Restores the error: a {@link DivergenceError}, or an `Error` with the name and the stack of the
 * worker.
 */
export function errorFrom({ name, message, stack, divergence }: ErrorValue): Error {
  const error =
    divergence === null
      ? Object.assign(new Error(message), { name })
      : new DivergenceError(message, divergence);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/**
 * The fields of a divergence, recognized by the error's name, since the program may have another
 * copy of the package.
 */
function divergenceOf(error: Error): DivergenceDetails | null {
  if (error.name !== 'DivergenceError' || !('step' in error) || typeof error.step !== 'number') return null;
  const { step } = error;
  return {
    step,
    checkpoint: 'checkpoint' in error && typeof error.checkpoint === 'number' ? error.checkpoint : null,
    checkpointPath: text(error, 'checkpointPath'),
    found: text(error, 'found') ?? error.message,
    location: text(error, 'location'),
  };
}

function text(error: object, name: string): string | null {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : null;
}
