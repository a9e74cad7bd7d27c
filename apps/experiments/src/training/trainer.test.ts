import { Tensor } from '@tensorflow/tfjs-core';
import type { BackendName } from '@trainkit/backend';
import { FashionMnistDataset } from '@trainkit/fashion-mnist';
import { describeBackends } from '@trainkit/testing';
import { decodeState, encodeState, type Logger } from '@trainkit/trainer';
import { beforeAll, expect, it } from 'vitest';
import type { ExperimentOptions } from '../config/schema.js';
import { type Dataset, loadData } from '../data/load.js';
import { testConfig } from '../testing/run-config.js';
import { createTrainer, type RunTrainer } from './trainer.js';

let data: Pick<Dataset, 'train' | 'test'>;
beforeAll(async () => {
  const { train, test } = await loadData('sample');
  // Few images, so that epochs end within a test, and no multiple of the batch size, so that the
  // last batch is smaller.
  const part = (split: typeof train, length: number) =>
    new FashionMnistDataset({
      images: split.images.subarray(0, 784 * length),
      labels: split.labels.subarray(0, length),
    });
  data = { train: part(train, 100), test: part(test, 50) };
});

/** Settings with different kinds of state. */
const SETTINGS: Record<string, Partial<ExperimentOptions>> = {
  'AdamW, LayerNorm and dropout': { dropout: 0.3 },
  'SGD with momentum and BatchNorm': {
    optimizer: 'sgd',
    learningRate: 0.1,
    momentum: 0.9,
    normalization: 'batchnorm',
  },
  'Adam, a schedule after a warmup, decay, clipping and accumulation': {
    optimizer: 'adam',
    schedule: { kind: 'cosine', steps: 9 },
    warmupSteps: 3,
    weightDecay: 0.1,
    clipGradNorm: 1,
    accumulate: 3,
  },
  'plain SGD, tanh, in the class of section 1': {
    optimizer: 'sgd',
    learningRate: 0.1,
    network: 'simple-net',
    activation: 'tanh',
    normalization: 'none',
    init: 'xavier-uniform',
  },
};

/** Trains to a step; returns the numbers of each step and evaluation. */
async function follow({ trainer }: RunTrainer, steps: number): Promise<object[]> {
  const seen: object[] = [];
  const log: Logger = {
    train: ({ step, values }) => void seen.push({ step, values }),
    validation: ({ step, values }) => void seen.push({ step, values }),
  };
  await trainer.fit({ steps, log });
  return seen;
}

/** Returns the state's bytes; leaves no tensor. */
async function stateOf({ trainer }: RunTrainer): Promise<Uint8Array> {
  const state = await trainer.stateDict();
  try {
    return await encodeState(state);
  } finally {
    for (const tensor of tensorsIn(state)) tensor.dispose();
  }
}

async function loadState({ trainer }: RunTrainer, bytes: Uint8Array): Promise<void> {
  const state = await decodeState(bytes);
  try {
    await trainer.loadStateDict(state);
  } finally {
    for (const tensor of tensorsIn(state)) tensor.dispose();
  }
}

function tensorsIn(state: unknown): Tensor[] {
  if (state instanceof Tensor) return [state];
  if (typeof state !== 'object' || state === null || ArrayBuffer.isView(state)) return [];
  return Object.values(state).flatMap(tensorsIn);
}

/**
 * The steps after which a run is resumed: inside an epoch of four batches, at its end and at an
 * evaluation. On wasm all, on native a few: there every trainer records its step again.
 */
const PLACES: Partial<Record<BackendName, readonly number[]>> = {
  wasm: [1, 2, 3, 4, 5, 6, 7, 8],
  native: [2, 4, 6],
};

describeBackends(
  'the trainer of a run',
  (backend) => {
    it.each(Object.keys(SETTINGS))('resumes from its state to the same bits: %s', async (name) => {
      const config = testConfig({
        hiddenSizes: [12, 6],
        batchSize: 32,
        evaluateEvery: 3,
        ...SETTINGS[name],
        seed: 11,
      });
      const whole = createTrainer(config, data);
      const all = await follow(whole, 9);
      const end = await stateOf(whole);
      const short = createTrainer(config, data);
      for (const step of PLACES[backend] ?? []) {
        await follow(short, step);
        const bytes = await stateOf(short);
        const resumed = createTrainer(config, data);
        await loadState(resumed, bytes);
        const rest = await follow(resumed, 9);
        expect(rest, `after step ${step}`).toEqual(all.slice(all.length - rest.length));
        expect(await stateOf(resumed)).toEqual(end);
        await resumed.dispose();
      }
      await short.dispose();
      await whole.dispose();
    });

    it('rejects the state of another run, and accepts more steps for the same run', async () => {
      const config = testConfig({ hiddenSizes: [6], maxSteps: 2 });
      const first = createTrainer(config, data);
      await follow(first, 2);
      const state = await stateOf(first);
      const other = createTrainer({ ...config, dropout: 0.25, maxSteps: 9 }, data);
      await expect(loadState(other, state)).rejects.toThrow(
        "The checkpoint belongs to another config: its dropout is 0, the run's is 0.25. Replace the run with",
      );
      expect(other.trainer.step).toBe(0);
      const longer = createTrainer({ ...config, maxSteps: 9 }, data);
      await loadState(longer, state);
      expect(longer.trainer.step).toBe(2);
      for (const each of [first, other, longer]) await each.dispose();
    });

    it('records its best evaluation, and restores it', async () => {
      const config = testConfig({
        hiddenSizes: [8],
        batchSize: 50,
        optimizer: 'sgd',
        learningRate: 2,
        evaluateEvery: 1,
      });
      const weightsOf = ({ model }: RunTrainer) => model.parameters().map((each) => [...each.dataSync()]);
      const weights: number[][][] = [];
      const training = createTrainer(config, data);
      const losses: number[] = [];
      await training.trainer.fit({
        steps: 6,
        log: {
          validation: ({ values }) => {
            weights.push(weightsOf(training));
            losses.push(values['validation/loss'] ?? Number.NaN);
          },
        },
      });
      const best = losses.indexOf(Math.min(...losses));
      expect(training.trainer.best?.step).toBe(best + 1);
      expect(await training.trainer.atBest(() => weightsOf(training))).toEqual(weights[best]);
      expect(weightsOf(training)).toEqual(weights[5]);
      await training.dispose();
    });
  },
  { backends: ['wasm', 'native'] },
);
