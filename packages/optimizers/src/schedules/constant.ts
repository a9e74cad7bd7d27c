import { checkNumber } from '@trainkit/checks';
import type { Schedule } from '../hyperparameters.js';

/**
 * The same rate at every step: for {@link joinSchedules}; an optimizer takes the plain number.
 *
 * PyTorch's `ConstantLR` is another thing: a factor for some steps, which is `joinSchedules` of two
 * constants.
 */
export function constant(rate: number): Schedule {
  checkNumber('constant', 'rate', rate, { min: 0 });
  return () => rate;
}
