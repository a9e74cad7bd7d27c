import type { Tensor } from '@tensorflow/tfjs-core';
import { nativeKernels } from '@trainkit/kernels/native';

/*
 * Batch norm by the addon of @trainkit/native; see batch-norm.kernel.ts.
 */

/** The normalized batch, the new running statistics, x − μ and 1/√(σ² + ε). */
export function normalize(
  {
    x,
    weight,
    bias,
    runningMean,
    runningVar,
  }: Record<'x' | 'weight' | 'bias' | 'runningMean' | 'runningVar', Tensor>,
  { eps, momentum }: { eps: number; momentum: number },
): [y: Tensor, mean: Tensor, variance: Tensor, centered: Tensor, scale: Tensor] {
  const kernels = nativeKernels();
  const [y, centered] = [kernels.empty(x.shape), kernels.empty(x.shape)];
  const perChannel = () => kernels.empty(weight.shape);
  const [mean, variance, scale] = [perChannel(), perChannel(), perChannel()];
  kernels.run(
    'batchNorm',
    [x, weight, bias, runningMean, runningVar, y, mean, variance, centered, scale],
    [...sizesOf(x), eps, momentum],
  );
  return [y, mean, variance, centered, scale];
}

/** The batch normalized by given statistics, x − μ and 1/√(σ² + ε). */
export function normalizeByStatistics(
  { x, weight, bias, mean, variance }: Record<'x' | 'weight' | 'bias' | 'mean' | 'variance', Tensor>,
  { eps }: { eps: number },
): [y: Tensor, centered: Tensor, scale: Tensor] {
  const kernels = nativeKernels();
  const [y, centered, scale] = [
    kernels.empty(x.shape),
    kernels.empty(x.shape),
    kernels.empty(variance.shape),
  ];
  kernels.run(
    'batchNormInference',
    [x, weight, bias, mean, variance, y, centered, scale],
    [...sizesOf(x), eps],
  );
  return [y, centered, scale];
}

/** Σ dy·factor and Σ dy. */
export function gradients({
  dy,
  factor,
}: Record<'dy' | 'factor', Tensor>): [products: Tensor, total: Tensor] {
  const kernels = nativeKernels();
  const [rows, channels] = sizesOf(dy);
  const [products, total] = [kernels.empty([channels]), kernels.empty([channels])];
  kernels.run('columnGradients', [dy, factor, products, total], [rows, channels]);
  return [products, total];
}

/** dx in training. */
export function inputGradient({
  dy,
  centered,
  scale,
  weight,
  products,
  dBias,
}: Record<'dy' | 'centered' | 'scale' | 'weight' | 'products' | 'dBias', Tensor>): [Tensor] {
  const kernels = nativeKernels();
  const dx = kernels.empty(dy.shape);
  kernels.run('batchNormInputGradient', [dy, centered, scale, weight, products, dBias, dx], sizesOf(dy));
  return [dx];
}

/** The cumulative averages after one more batch. */
export function average({
  runningMean,
  runningVar,
  mean,
  variance,
  count,
}: Record<'runningMean' | 'runningVar' | 'mean' | 'variance' | 'count', Tensor>): [
  runningMean: Tensor,
  runningVar: Tensor,
] {
  const kernels = nativeKernels();
  const [nextMean, nextVar] = [kernels.empty(mean.shape), kernels.empty(variance.shape)];
  kernels.run('average', [mean, variance, count, runningMean, runningVar, nextMean, nextVar], [mean.size]);
  return [nextMean, nextVar];
}

function sizesOf({ size, shape }: Tensor): [rows: number, channels: number] {
  const channels = shape.at(-1)!;
  return [size / channels, channels];
}
