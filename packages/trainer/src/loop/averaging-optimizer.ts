import { hasMethods } from '../state/has-methods.js';

/**
 * An optimizer whose variables hold other values in training than those to evaluate and save:
 * `ScheduleFreeAdamW` of `@trainkit/optimizers`, or several optimizers with one among them.
 */
export interface AveragingOptimizer {
  /** Gives the variables the values to evaluate. */
  eval(): void;
  /** Gives the variables their training values again. */
  train(): void;
  /** Runs `f` with the values to evaluate, and returns its result. */
  evaluate<T>(f: () => T): T;
}

/** Returns the optimizer if it is one that averages, else null. */
export function averagingOptimizer(optimizer: unknown): AveragingOptimizer | null {
  return isAveraging(optimizer) ? optimizer : null;
}

function isAveraging(optimizer: unknown): optimizer is AveragingOptimizer {
  if (!hasMethods(optimizer, 'evaluate', 'eval', 'train')) return false;
  // Several as one have the methods in any case.
  const members: unknown = Reflect.get(optimizer, 'optimizers');
  return !Array.isArray(members) || members.some(isAveraging);
}
