/**
 * An area of FEATURES.md: the names of a part of PyTorch, and the package that has ours.
 *
 * @typedef {object} Area
 * @property {string} package_ its folder below packages/
 * @property {RegExp} [ending] what PyTorch's names end with and ours need not
 * @property {Record<string, readonly
 *   string[]>} names ours, where it has another name; other rows are found by their
 * letters: `xavier_uniform_` is `xavierUniform`, `RMSprop` is `RMSprop`
 */

/**
 * The areas by their titles, which are those of `apps/docs/features/torch-names.json`.
 *
 * @type {Record<string, Area>}
 */
export const AREAS = {
  'torch.nn.init': { package_: 'init', names: { trunc_normal_: ['truncatedNormal'] } },
  'torch.optim': { package_: 'optimizers', names: { Optimizer: ['ParameterOptimizer'] } },
  'torch.optim.lr_scheduler': {
    package_: 'optimizers',
    ending: /LR$/,
    names: {
      // A schedule is a function of the step, so each function is one.
      LambdaLR: ['Schedule'],
      LRScheduler: ['Schedule'],
      ConstantLR: ['joinSchedules', 'constant'],
      SequentialLR: ['joinSchedules'],
      CosineAnnealingLR: ['cosine'],
      CosineAnnealingWarmRestarts: ['cosineWarmRestarts'],
      ReduceLROnPlateau: ['ReduceOnPlateau'],
      ChainedScheduler: ['chainSchedules'],
    },
  },
  'torch.optim.swa_utils': {
    package_: 'optimizers',
    names: {
      // The averages stand beside the model, so a class is the model and its function in one.
      AveragedModel: ['ExponentialMovingAverage', 'StochasticWeightAveraging'],
      get_ema_avg_fn: ['ExponentialMovingAverage'],
      get_ema_multi_avg_fn: ['ExponentialMovingAverage'],
      get_swa_avg_fn: ['StochasticWeightAveraging'],
      get_swa_multi_avg_fn: ['StochasticWeightAveraging'],
      update_bn: ['updateBatchNorm'],
      SWALR: ['swaRate'],
    },
  },
  // One class for any number of dimensions, since channels come last.
  'torch.nn, normalization': { package_: 'normalization', ending: /\dd$/, names: {} },
  'torch.nn, dropout': { package_: 'dropout', names: {} },
  'torch.nn, activations': { package_: 'nn', names: { Softmax2d: ['Softmax'] } },
  'torch.nn, losses': {
    package_: 'nn',
    ending: /Loss$/,
    names: {
      BCELoss: ['binaryCrossEntropy'],
      BCEWithLogitsLoss: ['binaryCrossEntropyWithLogits'],
      NLLLoss2d: ['nllLoss'],
    },
  },
};
