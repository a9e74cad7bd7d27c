/** What the scale of a normalization layer may be called. */
export const WEIGHT = ['weight', 'gamma', 'scale'];

/** What its shift may be called. */
export const BIAS = ['bias', 'beta', 'offset', 'shift'];

/** What a running mean may be called. */
export const RUNNING_MEAN = ['runningMean', 'running_mean', 'movingMean', 'moving_mean'];

/** What a running variance may be called. */
export const RUNNING_VARIANCE = [
  'runningVar',
  'running_var',
  'runningVariance',
  'running_variance',
  'movingVariance',
  'moving_variance',
];
