import { Flatten, Linear, type Module, Sequential, Tanh } from '@trainkit/nn';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import type { Generator } from '@trainkit/random';
import type { RunDefinition } from './run-definition.js';

/** Pixels of one image: 28 × 28. */
const INPUTS = 784;

/** Width of the one hidden layer, and so the number of features that are normalized. */
const HIDDEN = 128;

/**
 * A run of sections 2 and 3: 784-128-10 with tanh and `normalize`'s layers after it, from PyTorch's default start.
 *
 * What normalizes draws nothing, so that all such runs of one seed start with the same weights.
 */
function normalizationRun(
  name: string,
  title: string,
  normalize: (features: number) => Module[] = () => [],
): RunDefinition {
  return {
    name,
    title,
    training: { epochs: 1, batchSize: 128, optimizer: 'sgd', learningRate: 0.01 },
    createModel: (generator: Generator) =>
      new Sequential(
        new Flatten(),
        new Linear(INPUTS, HIDDEN, { generator }),
        new Tanh(),
        ...normalize(HIDDEN),
        new Linear(HIDDEN, 10, { generator }),
      ),
    pytorch: name,
    sameSeed: true,
  };
}

/** The network without normalization, which the others are compared with. */
export const WITHOUT_NORMALIZATION = normalizationRun('norm/none', 'Without');

export const WITH_BATCH_NORM = normalizationRun('norm/batchnorm', 'With BatchNorm', (features) => [
  new BatchNorm(features),
]);

export const WITH_LAYER_NORM = normalizationRun('norm/layernorm', 'With LayerNorm', (features) => [
  new LayerNorm(features),
]);
