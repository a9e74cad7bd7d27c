import { describe, expect, it } from 'vitest';
import { experimentConfig } from '../config/experiment-config.js';
import { findRun } from '../sections/index.js';
import { testConfig } from '../testing/run-config.js';
import { configOf, configToCompare, customRun } from './definition.js';

const full = testConfig().data;
const sample = { ...full, name: 'sample', trainImages: 6000, testImages: 1000 } as const;

const lengthOf = (name: string, data: typeof full, choices = {}) => {
  const run = findRun(name);
  const config = configOf(run, { seed: 0n, steps: undefined, backend: 'cpu', data, ...choices });
  return [config.maxSteps, config.evaluateEvery];
};

describe('configOf', () => {
  it('applies the sample’s settings only on the sample', () => {
    const schedule = (data: typeof full) =>
      configOf(findRun('optimizer/sgd-tuned'), { seed: 0n, steps: undefined, backend: 'cpu', data }).schedule;
    expect(schedule(full)).toEqual({ kind: 'cosine', steps: 3000, end: 0 });
    expect(schedule(sample)).toEqual({ kind: 'cosine', steps: 300, end: 0 });
  });

  it.each([
    ['init/xavier', [1407, null], [141, null]],
    ['norm/layernorm', [469, null], [47, null]],
    ['optimizer/adamw', [3000, 500], [300, 50]],
    ['ablation/dropout_only', [10_000, 500], [1000, 50]],
  ])("gives %s the exercise's length, and on the sample a tenth", (name, whole, tenth) => {
    expect(lengthOf(name, full)).toEqual(whole);
    expect(lengthOf(name, sample)).toEqual(tenth);
  });

  it('has the length of a command, and evaluates more often if it evaluates before its end', () => {
    expect(lengthOf('ablation/dropout_only', sample, { steps: 20, evaluateEvery: 10 })).toEqual([20, 10]);
    expect(lengthOf('init/xavier', sample, { steps: 20, evaluateEvery: 10 })).toEqual([20, null]);
  });

  it.each([
    ['ablation/no_ln_no_dropout', { normalization: 'none', dropout: 0 }],
    ['ablation/layernorm_only', { normalization: 'layernorm', dropout: 0 }],
    ['ablation/dropout_only', { normalization: 'none', dropout: 0.15 }],
    ['ablation/layernorm_and_dropout', { normalization: 'layernorm', dropout: 0.15 }],
  ])("has the exercise's settings: %s", (name, settings) => {
    const config = configOf(findRun(name), { seed: 7n, steps: undefined, backend: 'wasm', data: full });
    expect(config).toMatchObject({
      ...settings,
      run: name,
      seed: 7,
      optimizer: 'adamw',
      learningRate: 3e-4,
      weightDecay: 0,
      hiddenSizes: [512, 512, 512, 512],
      init: 'kaiming-normal',
      backend: 'wasm',
      data: full,
    });
  });
});

it('rejects early stopping without evaluations before the end', () => {
  const run = findRun('init/xavier');
  const stopping = { ...run, settings: { ...run.settings, earlyStopping: { patience: 2 } } };
  expect(() => configOf(stopping, { seed: 0n, steps: 5, backend: 'cpu', data: full })).toThrow(
    'init/xavier: earlyStopping watches the evaluations on the way, and evaluateEvery is null: there are none.',
  );
});

it('rejects a batch of one image for BatchNorm, but compares an existing run with one', () => {
  const run = customRun(experimentConfig({ run: 'mine/a', normalization: 'batchnorm', batchSize: 7 }));
  const choices = { seed: 0n, steps: undefined, backend: 'cpu', data: sample } as const;
  expect(() => configOf(run, choices)).toThrow('mine/a: batchSize is 7: the last batch of an epoch has 1 of');
  expect(configToCompare(run, choices).batchSize).toBe(7);
  expect(configOf(run, { ...choices, steps: 50 }).batchSize).toBe(7);
});

describe('customRun', () => {
  it('has its own length on all data, and the same config again', () => {
    const config = experimentConfig({
      run: 'mine/a',
      maxSteps: 40,
      evaluateEvery: null,
      dropout: 0.5,
      seed: 9,
    });
    for (const data of [full, sample]) {
      expect(configOf(customRun(config), { seed: 9n, steps: undefined, backend: 'cpu', data })).toEqual({
        ...config,
        backend: 'cpu',
        data,
      });
    }
  });
});
