import { DataLoader } from '@trainkit/data';
import type { FashionMnistBatch } from '@trainkit/fashion-mnist';
import { accuracy, crossEntropy, type Module } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { earlyStopping, Trainer } from '@trainkit/trainer';
import type { WriteStage } from '@trainkit/trainer/node';
import type { RunConfig } from '../config/schema.js';
import type { Dataset } from '../data/load.js';
import { createNetwork } from '../model/network.js';
import { evaluateOn } from './evaluate.js';
import { createOptimizer } from './optimizer.js';
import { RunGuard } from './run-guard.js';

/** A point in a training, at which the end-to-end tests kill the process. */
export type TrainerEvent =
  | { kind: 'step'; step: number }
  | { kind: 'evaluation'; step: number; batch: number }
  | { kind: 'checkpoint'; step: number; stage: WriteStage };

/** The trainer of a run and its model; {@link dispose} frees both. */
export interface RunTrainer {
  trainer: Trainer<FashionMnistBatch>;
  model: Module;
  dispose(): Promise<void>;
}

/** Callbacks of {@link createTrainer}. */
export interface TrainerHooks {
  /** Called at each batch of an evaluation. */
  onEvent?: ((event: TrainerEvent) => void) | undefined;
  /** Called after each evaluation that is the best so far, while the model has its weights. */
  onBest?: ((event: { step: number; values: Readonly<Record<string, number>> }) => void) | undefined;
}

/**
 * Creates the trainer of a run.
 *
 * Random numbers are drawn in PyTorch's order: each Linear's own initialization, the config's, two
 * of the loader at each epoch, dropout's masks at each step, one at each evaluation.
 */
export function createTrainer(
  config: RunConfig,
  data: Pick<Dataset, 'train' | 'test'>,
  { onEvent, onBest }: TrainerHooks = {},
): RunTrainer {
  const generator = new Generator(BigInt(config.seed));
  const model = createNetwork(config, { generator });
  const optimizer = createOptimizer(config, model.namedParameters());
  const trainer = new Trainer({
    model,
    optimizer,
    batches: new DataLoader(data.train, { batchSize: config.batchSize, shuffle: true, generator }),
    state: { run: new RunGuard(config), generator },
    step: ({ images, labels }) => {
      const logits = model.forward(images);
      return { loss: crossEntropy(logits, labels), accuracy: accuracy(logits, labels) };
    },
    validate: {
      every: config.evaluateEvery ?? undefined,
      run: ({ step, signal }) => {
        const onBatch = (batch: number) => onEvent?.({ kind: 'evaluation', step, batch });
        return evaluateOn(model, { data: data.test, generator, signal, onBatch });
      },
    },
    clipGradNorm: config.clipGradNorm ?? undefined,
    accumulate: config.accumulate,
    ...bestMetricOf(config),
    restoreBest: config.earlyStopping !== null,
    onBest,
    measure: { gradientNorm: true, histograms: true },
  });
  return {
    trainer,
    model,
    dispose: async () => {
      await trainer.dispose();
      optimizer.dispose();
      model.dispose();
    },
  };
}

/**
 * Returns the metric for the best evaluation, on the test set, since the exercise has no validation
 * set.
 */
function bestMetricOf({ earlyStopping: early }: RunConfig) {
  if (early === null) return { best: { metric: 'validation/loss' } };
  const { metric, patience, minDelta } = early;
  const judged =
    metric === 'test_loss'
      ? ({ metric: 'validation/loss', mode: 'min' } as const)
      : ({ metric: 'validation/accuracy', mode: 'max' } as const);
  return { stop: earlyStopping({ ...judged, patience, threshold: minDelta }) };
}
