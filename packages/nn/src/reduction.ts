import { mean, sum, type Tensor } from '@tensorflow/tfjs-core';

/** How single losses become one: their `mean`, their `sum`, or `none`: they are returned as they are. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Reduces by plain mean or sum. */
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? sum(losses) : mean(losses);
}

/** Throws unless `reduction` is one, for callers without types. */
export function checkReduction(name: string, reduction: unknown): void {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return;
  throw new RangeError(
    `${name}: reduction is 'mean', 'sum' or 'none'; received ${JSON.stringify(reduction)}.`,
  );
}
