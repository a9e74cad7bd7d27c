import {
  add,
  mul,
  ones,
  reshape,
  slice,
  type Tensor,
  tidy,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { Module } from '@trainkit/nn';
import { accumulate, increment, normalizeBatch, normalizeByStatistics } from './batch-norm.kernel.js';
import {
  checkEps,
  checkFloat,
  checkMomentum,
  checkShaped,
  checkSwitch,
  isSize,
  shapeText,
  show,
} from './checks.js';

/** Options of {@link batchNorm}. */
export interface BatchNormFunctionOptions {
  /** Factor of each channel, shape `[C]`, or null (the default): none. */
  weight?: Tensor | null;
  /** Added to each channel, shape `[C]`, or null (the default): nothing. */
  bias?: Tensor | null;
  /** Running means, `[C]`; required in evaluation, updated in training. Default null. */
  runningMean?: Variable | null;
  /** Running variances, `[C]`; required in evaluation, updated in training. Default null. */
  runningVar?: Variable | null;
  /** How many batches were seen, an int32 scalar that training counts up; needed for `momentum: null`. Default null. */
  numBatchesTracked?: Variable | null;
  /** Whether the batch's own statistics normalise it (and update the running ones), default false. */
  training?: boolean;
  /** Weight of the NEW statistics in the running ones, default 0.1; null for the average of all batches. */
  momentum?: number | null;
  /** Added to the variance, default 1e-5. */
  eps?: number;
}

/**
 * Normalises each channel, the last dimension of `x`, over all others.
 */
export function batchNorm(
  x: Tensor,
  {
    weight = null,
    bias = null,
    runningMean = null,
    runningVar = null,
    numBatchesTracked = null,
    training = false,
    momentum = 0.1,
    eps = 1e-5,
  }: BatchNormFunctionOptions = {},
): Tensor {
  const channels = checkInput(x);
  const because = `one number for each of the ${channels} channels of x`;
  for (const [name, value] of Object.entries({ weight, bias, runningMean, runningVar })) {
    checkShaped('batchNorm', name, value, [channels], because);
  }
  checkEps('batchNorm', eps);
  checkMomentum('batchNorm', momentum);
  checkSwitch('batchNorm', 'training', training);
  if ((runningMean === null) !== (runningVar === null)) {
    throw new TypeError('batchNorm: runningMean and runningVar belong together; received only one of them.');
  }
  const rows = x.size / channels;
  if (training && rows === 1) {
    throw new RangeError(
      `batchNorm: Expected more than 1 value per channel when training, got input size ${shapeText(x.shape)}. ` +
        'Give batches of 2 or more, or evaluate: layer.eval(), or { training: false }.',
    );
  }
  return tidy(() => {
    const affine = {
      x: x.rank === 2 ? x : reshape(x, [rows, channels]),
      weight: weight ?? ones([channels]),
      bias: bias ?? zeros([channels]),
    };
    const shaped = (y: Tensor) => (x.rank === 2 ? y : reshape(y, x.shape));
    if (!training) {
      if (runningMean === null || runningVar === null) {
        throw new TypeError(
          'batchNorm: evaluation needs runningMean and runningVar. Pass both, or { training: true }.',
        );
      }
      const statistics = { mean: runningMean, variance: runningVar };
      return shaped(normalizeByStatistics({ ...affine, ...statistics }, { eps })[0]);
    }
    if (rows === 0) {
      const [one, other] = [slice(affine.weight, 0, 1), slice(affine.bias, 0, 1)];
      const nothing = shaped(add(mul(affine.x, one), other));
      if (numBatchesTracked !== null) numBatchesTracked.assign(increment({ count: numBatchesTracked })[0]);
      return nothing;
    }
    const old = {
      runningMean: runningMean ?? zeros([channels]),
      runningVar: runningVar ?? zeros([channels]),
    };
    const [y, mean, variance] = normalizeBatch({ ...affine, ...old }, { eps, momentum: momentum ?? 1 });
    const result = shaped(y);
    const [count] = numBatchesTracked === null ? [null] : increment({ count: numBatchesTracked });
    if (runningMean !== null && runningVar !== null) {
      const [newMean, newVar] =
        momentum === null && count !== null
          ? accumulate({ runningMean, runningVar, mean, variance, count })
          : [mean, variance];
      runningMean.assign(newMean);
      runningVar.assign(newVar);
    }
    if (count !== null) numBatchesTracked?.assign(count);
    return result;
  });
}

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance, default 1e-5. */
  eps?: number;
  /** Weight of the NEW statistics in the running ones, default 0.1; null for the average of all batches. */
  momentum?: number | null;
  /** Whether there are a weight and a bias to learn, default true; without, `layer.weight` and `layer.bias` are null. */
  affine?: boolean;
}

/**
 * Batch normalisation.
 */
export class BatchNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  /** `[numFeatures]`, starts as 1, or null */
  readonly weight: Variable | null;
  /** `[numFeatures]`, starts as 0, or null */
  readonly bias: Variable | null;
  /** `[numFeatures]`, starts as 0 */
  readonly runningMean: Variable;
  /** `[numFeatures]`, starts as 1 */
  readonly runningVar: Variable;
  /** int32 scalar: how many batches the running statistics have seen */
  readonly numBatchesTracked: Variable;

  /** @param numFeatures the size of the input's last dimension */
  constructor(numFeatures: number, { eps = 1e-5, momentum = 0.1, affine = true }: BatchNormOptions = {}) {
    super();
    if (!isSize(numFeatures)) {
      throw new RangeError(
        `BatchNorm: numFeatures is a whole number of at least 1; received ${show(numFeatures)}.`,
      );
    }
    checkEps('BatchNorm', eps);
    checkMomentum('BatchNorm', momentum);
    checkSwitch('BatchNorm', 'affine', affine);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? this.parameter(ones([numFeatures])) : null;
    this.bias = affine ? this.parameter(zeros([numFeatures])) : null;
    this.runningMean = this.buffer(zeros([numFeatures]));
    this.runningVar = this.buffer(ones([numFeatures]));
    this.numBatchesTracked = this.buffer(zeros([], 'int32'));
  }

  override forward(x: Tensor): Tensor {
    const { weight, bias, runningMean, runningVar, numBatchesTracked, training, momentum, eps } = this;
    return batchNorm(x, {
      weight,
      bias,
      runningMean,
      runningVar,
      numBatchesTracked,
      training,
      momentum,
      eps,
    });
  }
}

/** The number of channels. */
function checkInput(x: Tensor): number {
  checkFloat('batchNorm', 'x', x);
  const channels = x.shape.at(-1);
  if (x.rank < 2 || channels === undefined || channels === 0) {
    throw new RangeError(
      `batchNorm: x must have two dimensions or more, [N, …, C], channels last; received ${shapeText(x.shape)}. ` +
        'For a single example write tf.expandDims(x).',
    );
  }
  return channels;
}
