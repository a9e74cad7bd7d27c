import { onesLike, Tensor, tidy, Variable, zerosLike } from '@tensorflow/tfjs-core';
import { checkFunction, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { disposeBatch } from '@trainkit/checks/tensor';

/** A model with layers that keep running statistics: a `Module` of `@trainkit/nn`. */
export interface BatchNormModel {
  /** The model and all its layers. */
  modules(): Iterable<{ training: boolean }>;
  /** Returns the output of the model. */
  forward(inputs: Tensor): unknown;
}

/** Options of {@link updateBatchNorm}. */
export interface UpdateBatchNormOptions<Batch> {
  /**
   * Returns the model's inputs in a batch. Default: the batch itself where it is a tensor,
   * `batch.inputs`, `batch.images`, `batch.xs`, `batch.x` or `batch[0]`.
   */
  inputs?: ((batch: Batch) => Tensor) | undefined;
  /** True to dispose each batch. Default true, and false for an array of batches. */
  disposeBatches?: boolean | undefined;
}

const OPTIONS: OptionNames<UpdateBatchNormOptions<unknown>> = { inputs: true, disposeBatches: true };

const INPUTS: readonly string[] = ['inputs', 'images', 'xs', 'x', '0'];

/** A layer with running statistics, as `BatchNorm` of `@trainkit/normalization` has them. */
interface Normalizing {
  training: boolean;
  momentum: number | null;
  runningMean: Variable;
  runningVar: Variable;
  numBatchesTracked: Variable;
}

/**
 * Computes the running statistics of all `BatchNorm` layers anew, as the averages over the batches:
 * PyTorch's `update_bn`. For averaged weights, within `average.evaluate(…)`.
 *
 * The model is in training mode meanwhile, so dropout draws; modes and momenta are as before
 * afterwards. Where a batch fails, the statistics are too. A model without such layers is left
 * alone, and no batch is taken.
 *
 * @param batches each `for…of` over them is an epoch
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { BatchNorm } from '@trainkit/normalization';
 * import { updateBatchNorm } from '@trainkit/optimizers';
 *
 * const layer = new BatchNorm(1);
 * await updateBatchNorm(layer, [tf.tensor2d([[1], [3]]), tf.tensor2d([[5], [7]])]);
 * console.log(layer.runningMean.dataSync()[0], layer.runningVar.dataSync()[0]); // → 4 2
 * ```
 */
export async function updateBatchNorm<Batch>(
  model: BatchNormModel,
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  options: UpdateBatchNormOptions<Batch> = {},
): Promise<void> {
  const { inputs = inputsOf, disposeBatches = !Array.isArray(batches) } = checkOptions(
    'updateBatchNorm',
    options,
    OPTIONS,
  );
  checkFunction('updateBatchNorm', 'inputs', inputs);
  checkModel(model);
  checkBatches(batches);
  const modules = [...model.modules()];
  const layers = modules.filter(isNormalizing);
  if (layers.length === 0) return;
  const modes = modules.map((module) => ({ module, training: module.training }));
  const before = layers.map((layer) => ({
    layer,
    momentum: layer.momentum,
    statistics: statisticsOf(layer).map((variable) => variable.clone()),
  }));
  let hasBatch = false;
  try {
    for (const { module } of modes) module.training = true;
    for (const layer of layers) reset(layer);
    for await (const batch of batches) {
      try {
        tidy(() => void model.forward(inputs(batch)));
      } finally {
        if (disposeBatches) disposeBatch(batch);
      }
      hasBatch = true;
    }
    if (!hasBatch) {
      throw new Error(
        'updateBatchNorm: batches had none; expected at least one. Look at the dataset’s length and at dropLast.',
      );
    }
  } catch (error) {
    for (const { layer, statistics } of before) {
      for (const [i, variable] of statisticsOf(layer).entries()) variable.assign(statistics[i]!);
    }
    throw error;
  } finally {
    for (const { layer, momentum, statistics } of before) {
      layer.momentum = momentum;
      for (const tensor of statistics) tensor.dispose();
    }
    for (const { module, training } of modes) module.training = training;
  }
}

/** Starts the statistics again, as averages over all batches. */
function reset(layer: Normalizing): void {
  layer.momentum = null;
  tidy(() => {
    layer.runningMean.assign(zerosLike(layer.runningMean));
    layer.runningVar.assign(onesLike(layer.runningVar));
    layer.numBatchesTracked.assign(zerosLike(layer.numBatchesTracked));
  });
}

function statisticsOf({ runningMean, runningVar, numBatchesTracked }: Normalizing): Variable[] {
  return [runningMean, runningVar, numBatchesTracked];
}

function isNormalizing(module: object): module is Normalizing {
  const named: Partial<Record<keyof Normalizing, unknown>> = module;
  const { runningMean, runningVar, numBatchesTracked } = named;
  return (
    'momentum' in module &&
    [runningMean, runningVar, numBatchesTracked].every((each) => each instanceof Variable)
  );
}

function checkModel(model: unknown): asserts model is BatchNormModel {
  const isObject = typeof model === 'object' && model !== null;
  if (isObject && 'modules' in model && 'forward' in model) return;
  const isLayersModel = isObject && 'predict' in model;
  const instead = isLayersModel ? 'The layers of tf.layers keep their statistics to themselves.' : '';
  throw new TypeError(expected('updateBatchNorm', 'model', model, 'a Module', instead));
}

function checkBatches(batches: unknown): void {
  const isIterable =
    typeof batches === 'object' &&
    batches !== null &&
    !(batches instanceof Tensor) &&
    (Symbol.iterator in batches || Symbol.asyncIterator in batches);
  if (isIterable) return;
  const instead = batches instanceof Tensor ? 'Write [batch].' : '';
  throw new TypeError(
    expected('updateBatchNorm', 'batches', batches, 'an array or iterable of batches', instead),
  );
}

function inputsOf(batch: unknown): Tensor {
  if (batch instanceof Tensor) return batch;
  if (typeof batch === 'object' && batch !== null) {
    for (const name of INPUTS) {
      const value: unknown = Reflect.get(batch, name);
      if (value instanceof Tensor) return value;
    }
  }
  const expectation = `a tensor, or one under ${INPUTS.slice(0, -1).join(', ')}`;
  throw new TypeError(
    expected('updateBatchNorm', 'the batch', batch, expectation, 'Give the option inputs: (batch) => ….'),
  );
}
