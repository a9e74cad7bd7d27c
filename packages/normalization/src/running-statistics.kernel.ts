import { add, cast, div, mul, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import * as nativeBatchNorm from './batch-norm.native.js';

// As kernels they stay off a gradient's tape, to which they would add a dozen nodes without use.

/**
 * One step of the cumulative average, with the weight 1/count of the new statistics. No number is
 * read back.
 *
 * It is a weighted sum, since old + (now − old)/count would lose the digits of small variances in
 * the first batch, where old is 1.
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
  native: nativeBatchNorm.average,
  save: { inputs: [] },
  gradient: () => ({}),
});

/** Adds one to the count of batches. */
export const increment = defineKernel({
  name: 'TrainkitBatchNormCount',
  composite: ({ count }: { count: Tensor }) => [add(count, scalar(1, 'int32'))],
  save: { inputs: [] },
  gradient: () => ({}),
});
