import type { ExperimentConfig } from '../../config/schema.js';
import type { RunDefinition } from '../../runs/run.js';

/** One network, trained from six initializations. */
export const INITIALIZATION_RUNS: readonly RunDefinition[] = [
  initRun('init/xavier', 'Xavier (yours)', 'xavier-uniform'),
  {
    ...initRun('init/xavier-reference', 'Xavier (TensorFlow.js)', 'xavier-reference'),
    pytorch: 'init/xavier',
    sameSeed: false,
  },
  initRun('init/xavier-x0.1', 'Xavier x0.1', 'xavier-x0.1'),
  initRun('init/xavier-x10', 'Xavier x10', 'xavier-x10'),
  initRun('init/zero', 'Zero', 'zero'),
  initRun('init/unit-gaussian', 'Unit Gaussian', 'unit-gaussian'),
];

function initRun(name: string, title: string, init: ExperimentConfig['init']): RunDefinition {
  return {
    name,
    title,
    settings: {
      network: 'simple-net',
      hiddenSizes: [256, 128, 64],
      activation: 'tanh',
      normalization: 'none',
      init,
      optimizer: 'sgd',
      learningRate: 0.01,
    },
    length: { epochs: 3, evaluateEvery: null },
    pytorch: name,
    sameSeed: true,
  };
}
