import { FashionMnistDataset } from '@trainkit/fashion-mnist';
import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import type { ExperimentOptions } from '../config/schema.js';
import { type Dataset, loadData } from '../data/load.js';
import { testConfig } from '../testing/run-config.js';
import { scalar } from './evaluate.js';
import { Training } from './training.js';

let data: Pick<Dataset, 'train' | 'test'>;
beforeAll(async () => {
  const { train, test } = await loadData('sample');
  // Few, so that epochs end within a test; and no multiple of the batch, so that the last one is smaller.
  const part = (split: typeof train, length: number) =>
    new FashionMnistDataset({
      images: split.images.subarray(0, 784 * length),
      labels: split.labels.subarray(0, length),
    });
  data = { train: part(train, 100), test: part(test, 50) };
});

/** The settings that have a state of their own. */
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

function step(training: Training): number[] {
  const rate = training.learningRate;
  const { loss, accuracy } = training.trainStep({ gradientNorm: false, gradients: false });
  const numbers = [scalar(loss), scalar(accuracy), rate];
  loss.dispose();
  accuracy.dispose();
  return numbers;
}

const nothing = async () => undefined;

/** Steps, with an evaluation after every third. */
async function follow(training: Training, steps: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let i = 0; i < steps; i++) {
    seen.push(step(training));
    if (training.step % 3 === 0) seen.push(await training.evaluate(nothing));
  }
  return seen;
}

describeBackends('a training', () => {
  it.each(Object.keys(SETTINGS))('goes on from its state to the same bits: %s', async (name) => {
    const config = testConfig({ hiddenSizes: [12, 6], batchSize: 32, ...SETTINGS[name], seed: 11 });
    const whole = new Training(config, data);
    // An epoch has four batches: states lie inside epochs, at their ends, and before and after evaluations.
    const states = [whole.state()];
    const seen: unknown[][] = [[]];
    for (let i = 0; i < 9; i++) {
      seen.push([step(whole)]);
      states.push(whole.state());
      if (whole.step % 3 === 0) {
        seen.push([await whole.evaluate(nothing)]);
        states.push(whole.state());
      }
    }
    const end = JSON.stringify(whole.state());
    const all = seen.flat();
    for (const [index, state] of states.entries()) {
      const resumed = new Training(config, data);
      resumed.restore(state);
      // A state is a copy: what follows must not change it for others.
      const before = JSON.stringify(state);
      const rest: unknown[] = [];
      if (!resumed.evaluated && resumed.step > 0 && resumed.step % 3 === 0)
        rest.push(await resumed.evaluate(nothing));
      rest.push(...(await follow(resumed, 9 - resumed.step)));
      expect(rest).toEqual(all.slice(seen.slice(0, index + 1).flat().length));
      expect(JSON.stringify(resumed.state())).toBe(end);
      expect(JSON.stringify(state)).toBe(before);
      resumed.dispose();
    }
    whole.dispose();
  });

  it('knows its best evaluation, and goes back to it', async () => {
    const config = testConfig({ hiddenSizes: [8], batchSize: 50, optimizer: 'sgd', learningRate: 2 });
    const training = new Training(config, data);
    const evaluations = [];
    const weights = [];
    for (let i = 0; i < 6; i++) {
      step(training);
      evaluations.push(await training.evaluate(nothing));
      weights.push(JSON.stringify(training.state().model));
    }
    const best = evaluations.reduce((a, b) => (b.test_loss < a.test_loss ? b : a));
    expect(training.best).toEqual(best);
    const last = JSON.stringify(training.state().model);
    expect(training.atBest(() => JSON.stringify(training.state().model))).toBe(weights[best.step - 1]);
    expect(JSON.stringify(training.state().model)).toBe(last);
    training.restoreBest();
    expect(JSON.stringify(training.state().model)).toBe(weights[best.step - 1]);
    training.dispose();
  });

  it('draws nothing in an evaluation that does not come to its end, and trains on', async () => {
    const config = testConfig({ hiddenSizes: [8], batchSize: 50, dropout: 0.5 });
    const [interrupted, whole] = [new Training(config, data), new Training(config, data)];
    for (const training of [interrupted, whole]) step(training);
    await expect(
      interrupted.evaluate(async () => {
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    expect(interrupted.evaluated).toBe(false);
    expect(step(interrupted)).toEqual(step(whole));
    interrupted.dispose();
    whole.dispose();
  });
});
