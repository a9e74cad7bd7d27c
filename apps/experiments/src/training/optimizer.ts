import { Adam, AdamW, type Parameter, SGD } from '@trainkit/optimizers';
import { learningRateOf } from '../config/schedule-config.js';
import type { ExperimentConfig } from '../config/schema.js';

/** The settings that define the optimizer. */
type OptimizerConfig = Pick<
  ExperimentConfig,
  'optimizer' | 'learningRate' | 'momentum' | 'weightDecay' | 'schedule' | 'warmupSteps'
>;

/** Creates the config's optimizer for these parameters. */
export function createOptimizer(
  config: OptimizerConfig,
  parameters: readonly Parameter[],
): SGD | Adam | AdamW {
  const options = { learningRate: learningRateOf(config), weightDecay: config.weightDecay };
  switch (config.optimizer) {
    case 'sgd':
      return new SGD(parameters, { ...options, momentum: config.momentum });
    case 'adam':
      return new Adam(parameters, options);
    case 'adamw':
      return new AdamW(parameters, options);
  }
}
