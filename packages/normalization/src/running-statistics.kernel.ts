import { add, cast, div, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';

// As kernels these are no part of a gradient's tape, to which they would add a dozen entries that lead nowhere.

/** One step of the cumulative average: the averages take 1/count of the new statistics. Nothing is read back. */
export const accumulate = defineKernel({
  name: 'TrainkitBatchNormAverage',
  composite: ({
    runningMean,
    runningVar,
    mean,
    variance,
    count,
  }: Record<'runningMean' | 'runningVar' | 'mean' | 'variance' | 'count', Tensor>) => {
    const batches = cast(count, 'float32');
    const average = (old: Tensor, now: Tensor) => add(old, div(sub(now, old), batches));
    return [average(runningMean, mean), average(runningVar, variance)];
  },
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
