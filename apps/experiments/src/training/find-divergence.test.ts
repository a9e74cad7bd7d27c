import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import { type Dataset, loadData } from '../data/load.js';
import { createNetwork } from '../model/network.js';
import { testConfig } from '../testing/run-config.js';
import { findInEvaluation, findInTraining, firstBrokenWeight } from './divergence.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData('sample');
});

const network = (change: (weights: Record<string, tf.Variable>) => void) => {
  const model = createNetwork(testConfig({ hiddenSizes: [8] }), { generator: new Generator(0) });
  tf.tidy(() => change(model.stateDict()));
  return model;
};

describeBackends('the search for what is not finite', () => {
  it('finds a weight before all layers', async () => {
    const model = network((weights) => weights['2.bias']?.assign(tf.fill([8], Number.NaN)));
    expect(firstBrokenWeight(model)).toBe('parameter 2.bias is NaN');
    expect(await findInEvaluation(model, data.test)).toBe('the parameter 2.bias is NaN');
    model.dispose();
  });

  it('finds a running statistic, which is no parameter', () => {
    const model = createNetwork(testConfig({ hiddenSizes: [8], normalization: 'batchnorm' }), {
      generator: new Generator(0),
    });
    tf.tidy(() => model.stateDict()['2.running_var']?.assign(tf.fill([8], Number.POSITIVE_INFINITY)));
    expect(firstBrokenWeight(model)).toBe('buffer 2.running_var is infinite');
    model.dispose();
  });

  it('finds the first layer whose output overflows, and takes its hooks away', async () => {
    const model = network((weights) => weights['4.weight']?.assign(tf.fill([8, 10], 3e38)));
    expect(firstBrokenWeight(model)).toBeNull();
    for (let i = 0; i < 2; i++) {
      expect(await findInEvaluation(model, data.test)).toBe('the output of 4 (Linear) is infinite');
    }
    model.dispose();
  });

  it('says so where nothing is wrong when it is done again', async () => {
    const config = testConfig({ hiddenSizes: [8], evaluateEvery: 2, maxSteps: 9 });
    let steps = 0;
    const breathe = async () => void steps++;
    expect(await findInTraining({ config, data, from: null, step: 4, breathe })).toMatch(
      /^every layer is finite/,
    );
    // Three steps before it, and the evaluation after the second.
    expect(steps).toBe(4);
  });
});
