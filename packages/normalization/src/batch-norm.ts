import { ones, type Rank, Tensor, tidy, Variable, zeros } from '@tensorflow/tfjs-core';
import {
  checkFlag,
  checkInteger,
  checkOptions,
  expected,
  type OptionNames,
  showShape,
} from '@trainkit/checks';
import { checkFloat32 } from '@trainkit/checks/tensor';
import { guardFields } from '@trainkit/kernels/capture';
import { Module } from '@trainkit/nn';
import { normalizeBatch } from './batch-norm.kernel.js';
import { normalizeByStatistics } from './batch-norm-inference.kernel.js';
import { checkEps, checkMomentum, checkParameter } from './checks.js';
import { normalizeEmptyBatch } from './empty-batch.kernel.js';
import { accumulate, increment } from './running-statistics.kernel.js';

/** Options of {@link batchNorm}. */
export interface BatchNormFunctionOptions {
  /** The factor of each channel, shape `[C]`, or null (the default) for none. */
  weight?: Tensor | null | undefined;
  /** The number added to each channel, shape `[C]`, or null (the default) for none. */
  bias?: Tensor | null | undefined;
  /** The running means, `[C]`; required in evaluation, updated in training. Default null. */
  runningMean?: Variable | null | undefined;
  /** The running variances, `[C]`; required in evaluation, updated in training. Default null. */
  runningVar?: Variable | null | undefined;
  /**
   * The number of batches seen, an int32 scalar that training increments; needed for
   * `momentum: null`. Default null.
   */
  numBatchesTracked?: Variable | null | undefined;
  /**
   * True to normalize by the batch's own statistics and to update the running ones, default false.
   */
  training?: boolean | undefined;
  /**
   * The weight of the NEW statistics in the running ones, default 0.1; null for the average of all
   * batches.
   */
  momentum?: number | null | undefined;
  /** The number added to the variance, default 1e-5. */
  eps?: number | undefined;
}

const FUNCTION_OPTIONS: OptionNames<BatchNormFunctionOptions> = {
  weight: true,
  bias: true,
  runningMean: true,
  runningVar: true,
  numBatchesTracked: true,
  training: true,
  momentum: true,
  eps: true,
};

/**
 * Normalizes each channel of `x` over all other dimensions, as `torch.nn.functional.batch_norm`,
 * with channels last.
 *
 * y = weight · (x − μ) / √(σ² + eps) + bias. In training μ and σ² are the batch's own mean and
 * (biased) variance, and the running ones become (1 − momentum) · old + momentum · new, with the
 * unbiased variance, once in each successful call. In evaluation μ and σ² are the running ones. No
 * gradient flows through running statistics that training updates. An empty batch gives an empty
 * output and updates only `numBatchesTracked`, as in PyTorch.
 *
 * The trap: the momentum of Keras and TensorFlow.js is 1 − momentum here.
 *
 * @param x float32, `[N, C]` or `[N, …, C]`
 * @returns the shape of `x`
 * @throws RangeError for training with one value per channel, wrong shapes and numbers; TypeError
 *   for anything that is not a float32 tensor, and for evaluation without running statistics
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { batchNorm } from '@trainkit/normalization';
 *
 * const x = tf.tensor2d([[1, 10], [3, 30]]);
 * console.log(Array.from(batchNorm(x, { training: true }).dataSync(), (y) => y.toFixed(3)).join(' ')); // → -1.000 -1.000 1.000 1.000
 * ```
 *
 * Source: S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
 * Reducing Internal Covariate Shift", ICML 2015.
 */
export function batchNorm<R extends Rank>(x: Tensor<R>, options?: BatchNormFunctionOptions): Tensor<R>;
export function batchNorm(x: Tensor, options: BatchNormFunctionOptions = {}): Tensor {
  const {
    weight = null,
    bias = null,
    runningMean = null,
    runningVar = null,
    numBatchesTracked = null,
    training = false,
    momentum = 0.1,
    eps = 1e-5,
  } = checkOptions('batchNorm', options, FUNCTION_OPTIONS);
  const channels = checkInput(x);
  const shape = [channels];
  const because = `one number for each of the ${channels} channels of x`;
  for (const [name, value] of Object.entries({ weight, bias, runningMean, runningVar })) {
    checkParameter('batchNorm', name, value, shape, because);
  }
  checkCount(numBatchesTracked, momentum);
  checkEps('batchNorm', eps);
  checkMomentum('batchNorm', momentum);
  checkFlag('batchNorm', 'training', training);
  const running = checkRunning(runningMean, runningVar, training);
  if (training && x.size === channels) throw tooFew(x);

  return tidy(() => {
    const affine = { x, weight: weight ?? ones(shape), bias: bias ?? zeros(shape) };
    if (!training && running !== null) {
      const { runningMean: mean, runningVar: variance } = running;
      if (x.size === 0) return normalizeEmptyBatch(affine)[0];
      return normalizeByStatistics({ ...affine, mean, variance }, { eps })[0];
    }
    const [count] = numBatchesTracked === null ? [null] : increment({ count: numBatchesTracked });
    // Everything is computed before anything is assigned, so that a failure changes nothing.
    const [y, update] =
      x.size === 0
        ? [normalizeEmptyBatch(affine)[0], null]
        : normalizeAndUpdate(affine, running, count, { eps, momentum });
    if (running !== null && update !== null) {
      running.runningMean.assign(update[0]);
      running.runningVar.assign(update[1]);
    }
    if (count !== null) numBatchesTracked?.assign(count);
    return y;
  });
}

type Running = { runningMean: Variable; runningVar: Variable };

/** The normalized batch, and the new running mean and variance. */
function normalizeAndUpdate(
  affine: { x: Tensor; weight: Tensor; bias: Tensor },
  running: Running | null,
  count: Tensor | null,
  { eps, momentum }: { eps: number; momentum: number | null },
): [y: Tensor, update: [mean: Tensor, variance: Tensor]] {
  const { shape } = affine.weight;
  const old = running ?? { runningMean: zeros(shape), runningVar: zeros(shape) };
  const [y, mean, variance] = normalizeBatch({ ...affine, ...old }, { eps, momentum: momentum ?? 1 });
  if (momentum !== null || count === null) return [y, [mean, variance]];
  const [newMean, newVariance] = accumulate({ ...old, mean, variance, count });
  return [y, [newMean, newVariance]];
}

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions {
  /** The number added to the variance, default 1e-5. */
  eps?: number | undefined;
  /**
   * The weight of the NEW statistics in the running ones, default 0.1; null for the average of all
   * batches.
   */
  momentum?: number | null | undefined;
  /**
   * True for a weight and a bias to learn, default true; without them `layer.weight` and
   * `layer.bias` are null.
   */
  affine?: boolean | undefined;
}

export const BATCH_NORM_OPTIONS: OptionNames<BatchNormOptions> = { eps: true, momentum: true, affine: true };

/**
 * Batch normalization: `torch.nn.BatchNorm1d`, `2d` and `3d` in one, with channels last. See
 * {@link batchNorm}.
 *
 * The state dict has PyTorch's keys, `weight`, `bias`, `running_mean`, `running_var`,
 * `num_batches_tracked` (int32). Freezing the parameters does not freeze the statistics;
 * `layer.eval()` does.
 *
 * The trap: in `tf.layers.batchNormalization` momentum is the weight of the OLD statistics (0.99),
 * eps is 1e-3, and the running variance is biased. Here momentum is the weight of the new ones
 * (0.1), eps is 1e-5, and the running variance is unbiased.
 *
 * @throws RangeError for training with one value per channel: "Expected more than 1 value per
 *   channel when training"
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { BatchNorm } from '@trainkit/normalization';
 *
 * const layer = new BatchNorm(2);
 * layer.forward(tf.tensor2d([[1, 10], [3, 30]]));
 * console.log(Array.from(layer.runningMean.dataSync(), (mean) => mean.toFixed(1)).join(' ')); // → 0.2 2.0
 * console.log(Array.from(layer.runningVar.dataSync(), (variance) => variance.toFixed(1)).join(' ')); // → 1.1 20.9
 * console.log(layer.eval().forward(tf.ones([1, 2])).shape); // → [ 1, 2 ]
 * ```
 *
 * Source: S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
 * Reducing Internal Covariate Shift", ICML 2015.
 */
export class BatchNorm extends Module {
  /** The size of the input's last dimension. */
  readonly numFeatures: number;
  /** The number added to the variance. */
  readonly eps: number;
  /** The weight of the new statistics in the running ones; null for the average of all batches. */
  readonly momentum: number | null;
  /** `[numFeatures]`, initially 1, or null */
  readonly weight: Variable | null;
  /** `[numFeatures]`, initially 0, or null */
  readonly bias: Variable | null;
  /** `[numFeatures]`, initially 0 */
  readonly runningMean: Variable;
  /** `[numFeatures]`, initially 1 */
  readonly runningVar: Variable;
  /** int32 scalar: the number of batches in the running statistics */
  readonly numBatchesTracked: Variable;

  /** @param numFeatures the size of the input's last dimension */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super();
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
    } = checkOptions('BatchNorm', options, BATCH_NORM_OPTIONS);
    checkInteger('BatchNorm', 'numFeatures', numFeatures, { min: 1 });
    checkEps('BatchNorm', eps);
    checkMomentum('BatchNorm', momentum);
    checkFlag('BatchNorm', 'affine', affine);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    guardFields(this, 'eps', 'momentum');
    this.weight = affine ? this.parameter(ones([numFeatures]), { decay: false }) : null;
    this.bias = affine ? this.parameter(zeros([numFeatures]), { decay: false }) : null;
    this.runningMean = this.buffer(zeros([numFeatures]));
    this.runningVar = this.buffer(ones([numFeatures]));
    this.numBatchesTracked = this.buffer(zeros([], 'int32'));
  }

  /** Returns {@link batchNorm} of x; in training it updates the running statistics. */
  override forward<R extends Rank>(x: Tensor<R>): Tensor<R> {
    const channels = x instanceof Tensor ? x.shape.at(-1) : undefined;
    if (channels !== undefined && channels !== this.numFeatures) {
      const expectation = `a last dimension of ${this.numFeatures}, which is numFeatures`;
      const instead =
        'Channels come last here, [N, height, width, C]; ' +
        `a layer that takes this x is new BatchNorm(${channels}).`;
      throw new RangeError(expected('BatchNorm', 'x', x, expectation, instead));
    }
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

/** Checks the input, and returns the number of channels. */
function checkInput(x: Tensor): number {
  checkFloat32('batchNorm', 'x', x);
  const channels = x.shape.at(-1);
  if (x.rank >= 2 && channels !== undefined && channels > 0) return channels;
  const expectation = 'two dimensions or more, [N, …, C], channels last';
  throw new RangeError(
    expected('batchNorm', 'x', x, expectation, 'A batch of one example is tf.expandDims(x).'),
  );
}

const WRITE_COUNT = "Write numBatchesTracked: tf.variable(tf.scalar(0, 'int32'), false).";

function checkCount(count: Variable | null, momentum: number | null): void {
  if (count === null) {
    if (momentum !== null) return;
    const expectation = 'a variable where momentum is null, the average of all batches';
    throw new TypeError(expected('batchNorm', 'numBatchesTracked', count, expectation, WRITE_COUNT));
  }
  if (count instanceof Variable && !count.isDisposed && count.dtype === 'int32' && count.rank === 0) return;
  const expectation = 'an int32 scalar variable that is not disposed';
  throw new TypeError(expected('batchNorm', 'numBatchesTracked', count, expectation, WRITE_COUNT));
}

function checkRunning(
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  training: boolean,
): Running | null {
  if (runningMean instanceof Variable && runningVar instanceof Variable) return { runningMean, runningVar };
  if (runningMean === null && runningVar === null && training) return null;
  const statistics = [runningMean, runningVar];
  const expectation = `two tf.Variables${training ? ', or null and null' : ''}`;
  const instead = "To normalize by the batch's own statistics, write { training: true }.";
  throw new TypeError(expected('batchNorm', '[runningMean, runningVar]', statistics, expectation, instead));
}

function tooFew(x: Tensor): RangeError {
  return new RangeError(
    `batchNorm: Expected more than 1 value per channel when training, got input size ${showShape(x.shape)}. ` +
      'Give batches of 2 examples or more (drop the last one where it is smaller), or evaluate: layer.eval().',
  );
}
