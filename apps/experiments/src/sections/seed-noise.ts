import { spreadsOf } from '../figures-table.js';
import type { Spread } from '../spread.js';
import { type Compared, testLossOf } from './section-6-words.js';

/** Fewer seeds than this say nothing of a deviation. */
const ENOUGH = 3;
/** Standard errors that two means are apart by chance in one of twenty cases. */
const FACTOR = 1.96;

/** Whether other seeds might put the test losses of two runs in the other order; where nothing tells, only equal ones are. */
export function isLevel(one: Compared, other: Compared): boolean {
  const errors = [errorOf(one), errorOf(other)];
  const apart = Math.abs(testLossOf(one) - testLossOf(other));
  return apart <= FACTOR * Math.hypot(...errors);
}

/** The standard error of a run's mean test loss: by its own seeds, or by PyTorch's of the same run. */
function errorOf({ seeds, result }: Compared): number {
  const own = spreadsOf(seeds).testLoss;
  const spread = own.seeds >= ENOUGH ? own : recorded(result.pytorch?.testLoss);
  return spread ? spread.std / Math.sqrt(own.seeds) : 0;
}

function recorded(spread: Spread | undefined): Spread | undefined {
  return spread && spread.seeds >= ENOUGH ? spread : undefined;
}
