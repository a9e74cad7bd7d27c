import type { RunDefinition } from '../run-definition.js';

const PLAIN = { normalization: 'none', dropout: 0 } as const;

function optimizerRun(
  name: string,
  title: string,
  settings: RunDefinition['settings'],
  { pytorch }: { pytorch: boolean },
): RunDefinition {
  return {
    name: `optimizer/${name}`,
    title,
    settings: { ...PLAIN, ...settings },
    length: { steps: 3000, evaluateEvery: 500, sampleTenth: true },
    pytorch: pytorch ? `optimizer/${name}` : null,
    sameSeed: pytorch,
  };
}

/** 6.1: one network, two optimizers. */
export const OPTIMIZER_RUNS: readonly RunDefinition[] = [
  optimizerRun('sgd', 'SGD', { optimizer: 'sgd', learningRate: 1e-2 }, { pytorch: true }),
  optimizerRun('adamw', 'AdamW', { optimizer: 'adamw', learningRate: 3e-4 }, { pytorch: true }),
];

function ablationRun(name: string, title: string, settings: RunDefinition['settings']): RunDefinition {
  return {
    name: `ablation/${name}`,
    title,
    settings,
    length: { steps: 10_000, evaluateEvery: 500, sampleTenth: true },
    pytorch: `ablation/${name}`,
    sameSeed: true,
  };
}

/** 6.2: with and without LayerNorm, with and without dropout. */
export const ABLATION_RUNS: readonly RunDefinition[] = [
  ablationRun('no_ln_no_dropout', 'Neither', PLAIN),
  ablationRun('layernorm_only', 'LayerNorm', { normalization: 'layernorm' }),
  ablationRun('dropout_only', 'Dropout', { ...PLAIN, dropout: 0.15 }),
  ablationRun('layernorm_and_dropout', 'LayerNorm and dropout', {
    normalization: 'layernorm',
    dropout: 0.15,
  }),
];
