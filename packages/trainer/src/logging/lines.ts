import type { TrainEvent, ValidationEvent } from './logger.js';

/** The functions that make the lines of a log; null makes none. */
export interface LineMakers {
  train: (event: TrainEvent) => object | null;
  validation: (event: ValidationEvent) => object | null;
}

/** The byte that ends a line. */
export const NEWLINE = '\n'.charCodeAt(0);

/** The line of an event where nobody makes another: its step and its numbers. */
export function defaultLine({ step, values }: TrainEvent | ValidationEvent): object {
  return { step, ...values };
}

/** The length that a checkpoint covers, from the state of a log of lines; null where there is none. */
export function coveredBytes(state: unknown): number | null {
  if (typeof state !== 'object' || state === null || !('bytes' in state)) return null;
  return typeof state.bytes === 'number' ? state.bytes : null;
}
