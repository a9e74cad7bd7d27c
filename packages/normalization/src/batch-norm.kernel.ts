import {
  add,
  cast,
  div,
  mul,
  reshape,
  rsqrt,
  scalar,
  square,
  sub,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { defineKernel } from '@trainkit/kernels';
import { means, sums } from './means.js';

type Affine = { x: Tensor; weight: Tensor; bias: Tensor };

/**
 * Normalises each column of a matrix `[N, C]` by its own mean and variance, and takes both into the running ones.
 * Gives the output and the new running mean and variance, of which gradients take no notice, as in PyTorch.
 */
export const normalizeBatch = defineKernel({
  name: 'TrainkitBatchNorm',
  visible: 3,
  save: { inputs: ['weight'], outputs: [3, 4] },
  composite: (
    { x, weight, bias, runningMean, runningVar }: Affine & { runningMean: Tensor; runningVar: Tensor },
    { eps, momentum }: { eps: number; momentum: number },
  ) => {
    const rows = x.shape[0]!;
    const rough = means(x, 0);
    const shifted = sub(x, rough);
    const rest = means(shifted, 0);
    const centred = sub(shifted, rest);
    const variance = means(square(centred), 0);
    const scale = rsqrt(add(variance, eps));
    const normalized = mul(centred, scale);
    const flat = (row: Tensor) => reshape(row, weight.shape);
    const average = (old: Tensor, now: Tensor, share: number) =>
      add(mul(old, 1 - momentum), mul(flat(now), share));
    return [
      add(mul(normalized, weight), bias),
      average(runningMean, add(rough, rest), momentum),
      average(runningVar, variance, (momentum * rows) / (rows - 1)),
      normalized,
      flat(scale),
    ];
  },
  gradient: ([dy], { inputs: { weight }, outputs: [normalized, scale] }) => {
    const rows = dy.shape[0]!;
    const dBias = sums(dy, 0);
    const dWeight = sums(mul(dy, normalized), 0);
    return {
      x: () =>
        mul(sub(sub(dy, mul(dBias, 1 / rows)), mul(normalized, mul(dWeight, 1 / rows))), mul(weight, scale)),
      weight: () => reshape(dWeight, weight.shape),
      bias: () => reshape(dBias, weight.shape),
      runningMean: () => zerosLike(scale),
      runningVar: () => zerosLike(scale),
    };
  },
});

/** Normalises each column of a matrix `[N, C]` by a mean and a variance that are given. */
export const normalizeByStatistics = defineKernel({
  name: 'TrainkitBatchNormInference',
  visible: 1,
  composite: (
    { x, weight, bias, mean, variance }: Affine & { mean: Tensor; variance: Tensor },
    { eps }: { eps: number },
  ) => [add(mul(sub(x, mean), mul(weight, rsqrt(add(variance, eps)))), bias)],
});

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
