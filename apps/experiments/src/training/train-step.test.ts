import * as tf from '@tensorflow/tfjs-core';
import { DataLoader } from '@trainkit/data';
import type { FashionMnistBatch } from '@trainkit/fashion-mnist';
import { SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import { type Dataset, loadData } from '../data/load.js';
import { createNetwork } from '../model/network.js';
import { testConfig } from '../testing/run-config.js';
import { scalar } from './evaluate.js';
import {
  accumulatedStep,
  addPass,
  type Stepped,
  type StepTensors,
  trainStep,
  updateFromPasses,
} from './train-step.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData('sample');
});

/** What one step leaves of a small network. */
interface Outcome {
  weights: number[];
  loss: number;
  accuracy: number;
  norm: number;
}

/** Runs one step of SGD with rate 1, so that the weights tell the gradients. */
function step(
  batchSize: number,
  take: (parts: {
    model: ReturnType<typeof createNetwork>;
    optimizer: tf.Optimizer;
    batches: () => IterableIterator<FashionMnistBatch>;
  }) => StepTensors,
): Outcome {
  const generator = new Generator(1);
  const model = createNetwork(testConfig({ hiddenSizes: [8], normalization: 'layernorm' }), { generator });
  const optimizer = new SGD(model.namedParameters(), { learningRate: 1 });
  const loader = new DataLoader(data.train, { batchSize, generator });
  try {
    const { loss, accuracy, gradientNorm } = take({
      model,
      optimizer,
      batches: () => loader[Symbol.iterator](),
    });
    const outcome = {
      weights: model.parameters().flatMap((parameter) => [...parameter.dataSync()]),
      loss: scalar(loss),
      accuracy: scalar(accuracy),
      norm: gradientNorm ? scalar(gradientNorm) : Number.NaN,
    };
    tf.dispose([loss, accuracy, gradientNorm ?? []]);
    return outcome;
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

const measured = { gradientNorm: true, gradients: false };

/** One step from the first batch of so many images. */
const plain = (images: number, maxNorm: number | null = null) =>
  step(images, ({ model, optimizer, batches }) => {
    const { value: batch } = batches().next();
    const tensors = trainStep({ model, optimizer, maxNorm }, batch.images, batch.labels, measured);
    tf.dispose(batch);
    return tensors;
  });

const partsOf = (stepped: Stepped) => ({
  pass: (...args: DropFirst<Parameters<typeof addPass>>) => addPass(stepped.model, ...args),
  update: (...args: DropFirst<Parameters<typeof updateFromPasses>>) => updateFromPasses(stepped, ...args),
});

type DropFirst<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

/** One step from the first batches of so many images each. */
const accumulated = (images: readonly number[], maxNorm: number | null = null) =>
  step(60, ({ model, optimizer, batches }) => {
    const whole = batches().next().value;
    let start = 0;
    let handedOut = 0;
    const next = () => {
      const n = images[handedOut++] ?? 0;
      const part = {
        images: tf.slice(whole.images, start, n),
        labels: tf.slice(whole.labels, start, n),
      };
      start += n;
      return part;
    };
    const tensors = accumulatedStep(partsOf({ model, optimizer, maxNorm }), images.length, next, measured);
    tf.dispose(whole);
    return tensors;
  });

function expectClose(actual: Outcome, expected: Outcome): void {
  // Sums in another order: float32's last digits.
  for (const [i, weight] of actual.weights.entries())
    expect(weight).toBeCloseTo(expected.weights[i] ?? Number.NaN, 5);
  expect(actual.loss).toBeCloseTo(expected.loss, 5);
  expect(actual.accuracy).toBeCloseTo(expected.accuracy, 6);
  expect(actual.norm).toBeCloseTo(expected.norm, 4);
}

describeBackends('accumulatedStep', () => {
  it('is a step from all its images, each counting alike, also where batches differ in size', () => {
    const expected = plain(60);
    expectClose(accumulated([20, 20, 20]), expected);
    expectClose(accumulated([30, 25, 5]), expected);
  });

  it('clips the whole, not the parts', () => {
    expectClose(accumulated([30, 25, 5], 0.5), plain(60, 0.5));
  });

  it.each([0, 1])('leaves no tensor where batch %i cannot be had', (last) => {
    expect(() =>
      step(60, ({ model, optimizer, batches }) =>
        accumulatedStep(
          partsOf({ model, optimizer, maxNorm: null }),
          2,
          () => {
            if (last-- > 0) return batches().next().value;
            throw new Error('no batch');
          },
          measured,
        ),
      ),
    ).toThrow('no batch');
  });
});

describeBackends('trainStep', () => {
  it('measures the norm before it clips, and applies the clipped gradients', () => {
    const free = plain(60);
    const clipped = plain(60, 0.5);
    expect(clipped.norm).toBe(free.norm);
    expect(free.norm).toBeGreaterThan(0.5);
    const start = plain(60, 1e-30).weights;
    const moved = (outcome: Outcome) =>
      Math.hypot(...outcome.weights.map((weight, i) => weight - (start[i] ?? Number.NaN)));
    expect(moved(clipped)).toBeCloseTo(0.5, 4);
    expect(moved(free)).toBeCloseTo(free.norm, 2);
  });
});
