import type { Schedule } from '../hyperparameters.js';
import { checkRate } from './checks.js';

/**
 * The same rate at every step: for {@link joinSchedules}; an optimizer takes the plain number.
 *
 * PyTorch's `ConstantLR` is another thing: a factor for some steps, which is `joinSchedules` of two constants.
 */
export function constant(rate: number): Schedule {
  checkRate('constant', 'the rate', rate);
  return () => rate;
}
