/** The accepted names of a normalization layer's scale. */
export const WEIGHT = ['weight', 'gamma', 'scale'];

/** The accepted names of a normalization layer's shift. */
export const BIAS = ['bias', 'beta', 'offset', 'shift'];

/** The accepted names of a running mean. */
export const RUNNING_MEAN = ['runningMean', 'running_mean', 'movingMean', 'moving_mean'];

/** The accepted names of a running variance. */
export const RUNNING_VARIANCE = [
  'runningVar',
  'running_var',
  'runningVariance',
  'running_variance',
  'movingVariance',
  'moving_variance',
];
