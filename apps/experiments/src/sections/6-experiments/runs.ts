import type { RunDefinition, RunSettings } from '../../runs/run.js';

const PLAIN = { normalization: 'none', dropout: 0 } as const;

/** Number of steps of a run of 6.1; on the sample a tenth. */
const STEPS = 3000;

function optimizerRun(name: string, title: string, settings: RunSettings): RunDefinition {
  return {
    name: `optimizer/${name}`,
    title,
    settings: { ...PLAIN, ...settings },
    length: { steps: STEPS, evaluateEvery: 500, sampleTenth: true },
    pytorch: `optimizer/${name}`,
    sameSeed: true,
  };
}

/** Returns a run with our own settings, whose learning rate falls to 0 by the last step. */
function tunedRun(name: string, title: string, settings: RunSettings): RunDefinition {
  return {
    ...optimizerRun(name, title, { ...settings, schedule: { kind: 'cosine', steps: STEPS } }),
    onSample: { schedule: { kind: 'cosine', steps: STEPS / 10 } },
    pytorch: null,
    sameSeed: false,
  };
}

/** The SGD run of 6.1: one network with two optimizers, with the exercise's settings. */
export const SGD_RUN = optimizerRun('sgd', 'SGD', { optimizer: 'sgd', learningRate: 1e-2 });
export const ADAMW_RUN = optimizerRun('adamw', 'AdamW', { optimizer: 'adamw', learningRate: 3e-4 });

/**
 * The SGD run with better settings, found in eleven trial runs on the sample and on the full set.
 */
export const TUNED_SGD_RUN = tunedRun('sgd-tuned', 'Tuned SGD', {
  optimizer: 'sgd',
  learningRate: 2e-2,
  momentum: 0.9,
});
export const TUNED_ADAMW_RUN = tunedRun('adamw-tuned', 'Tuned AdamW', {
  optimizer: 'adamw',
  learningRate: 1e-3,
});

export const OPTIMIZER_RUNS: readonly RunDefinition[] = [SGD_RUN, ADAMW_RUN, TUNED_SGD_RUN, TUNED_ADAMW_RUN];

function ablationRun(name: string, title: string, settings: RunSettings): RunDefinition {
  return {
    name: `ablation/${name}`,
    title,
    settings,
    length: { steps: 10_000, evaluateEvery: 500, sampleTenth: true },
    pytorch: `ablation/${name}`,
    sameSeed: true,
  };
}

/** The baseline of 6.2, without LayerNorm and without dropout. */
export const NEITHER_RUN = ablationRun('no_ln_no_dropout', 'Neither', PLAIN);
export const LAYER_NORM_RUN = ablationRun('layernorm_only', 'LayerNorm', { normalization: 'layernorm' });
export const DROPOUT_RUN = ablationRun('dropout_only', 'Dropout', { ...PLAIN, dropout: 0.15 });
export const BOTH_RUN = ablationRun('layernorm_and_dropout', 'LayerNorm and dropout', {
  normalization: 'layernorm',
  dropout: 0.15,
});

/** The runs of 6.2: with and without LayerNorm, with and without dropout. */
export const ABLATION_RUNS: readonly RunDefinition[] = [NEITHER_RUN, LAYER_NORM_RUN, DROPOUT_RUN, BOTH_RUN];
