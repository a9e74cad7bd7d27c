import type { ExperimentConfig } from '../../config/schema.js';
import type { RunDefinition } from '../../runs/run.js';

/**
 * Returns a run of sections 2 and 3: 784-128-10 with tanh and a normalization after it, with
 * PyTorch's default initialization.
 *
 * The normalization draws no random numbers, so all runs of one seed start with the same weights.
 */
function normalizationRun(
  name: string,
  title: string,
  normalization: ExperimentConfig['normalization'],
): RunDefinition {
  return {
    name,
    title,
    settings: {
      hiddenSizes: [128],
      activation: 'tanh',
      normalization,
      normalizationPlace: 'after-activation',
      init: 'default',
      optimizer: 'sgd',
      learningRate: 0.01,
    },
    length: { epochs: 1, evaluateEvery: null },
    pytorch: name,
    sameSeed: true,
  };
}

/** The network without normalization, the baseline of the others. */
export const WITHOUT_NORMALIZATION = normalizationRun('norm/none', 'Without', 'none');

export const WITH_BATCH_NORM = normalizationRun('norm/batchnorm', 'With BatchNorm', 'batchnorm');

export const WITH_LAYER_NORM = normalizationRun('norm/layernorm', 'With LayerNorm', 'layernorm');
