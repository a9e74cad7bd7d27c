import { add, cast, div, mul, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import * as nativeColumns from './columns.native.js';

// As kernels these are no part of a gradient's tape, to which they would add a dozen entries that lead nowhere.

/**
 * One step of the cumulative average: the averages take 1/count of the new statistics. Nothing is read back.
 *
 * As a weighted sum: old + (now − old)/count would lose the first batch's small variances to the 1 that they replace.
 */
export const accumulate = defineKernel({
  name: 'TrainkitBatchNormAverage',
  composite: ({
    runningMean,
    runningVar,
    mean,
    variance,
    count,
  }: Record<'runningMean' | 'runningVar' | 'mean' | 'variance' | 'count', Tensor>) => {
    const share = div(scalar(1), cast(count, 'float32'));
    const rest = sub(scalar(1), share);
    const average = (old: Tensor, now: Tensor) => add(mul(old, rest), mul(now, share));
    return [average(runningMean, mean), average(runningVar, variance)];
  },
  native: nativeColumns.average,
  save: { inputs: [] },
  gradient: () => ({}),
});

/** One more batch. */
export const increment = defineKernel({
  name: 'TrainkitBatchNormCount',
  composite: ({ count }: { count: Tensor }) => [add(count, scalar(1, 'int32'))],
  save: { inputs: [] },
  gradient: () => ({}),
});
