import { describe, expect, it } from 'vitest';
import { UserError } from '../terminal/user-error.js';
import { experimentConfig, parseExperimentConfig } from './experiment-config.js';

const problemOf = (settings: object) => {
  try {
    parseExperimentConfig({ run: 'mine/a', ...settings }, 'a.json');
  } catch (error) {
    if (error instanceof UserError) return error.message;
  }
  throw new Error('The config was accepted; expected an error.');
};

describe('experimentConfig', () => {
  it("has the exercise's defaults", () => {
    expect(experimentConfig({ run: 'mine/a' })).toEqual({
      run: 'mine/a',
      seed: 0,
      network: 'mlp',
      inputSize: 784,
      outputSize: 10,
      hiddenSizes: [512, 512, 512, 512],
      activation: 'relu',
      normalization: 'layernorm',
      normalizationPlace: 'before-activation',
      dropout: 0,
      init: 'kaiming-normal',
      batchSize: 128,
      accumulate: 1,
      maxSteps: 10_000,
      optimizer: 'adamw',
      learningRate: 3e-4,
      momentum: 0,
      weightDecay: 0,
      schedule: null,
      warmupSteps: 0,
      clipGradNorm: null,
      evaluateEvery: 500,
      checkpointEvery: 500,
      earlyStopping: null,
    });
  });

  it('adds the defaults of nested settings', () => {
    const { schedule, earlyStopping } = experimentConfig({
      run: 'a',
      schedule: { kind: 'cosine', steps: 10 },
      earlyStopping: { patience: 3 },
    });
    expect(schedule).toEqual({ kind: 'cosine', steps: 10, end: 0 });
    expect(earlyStopping).toEqual({ metric: 'test_loss', patience: 3, minDelta: 0 });
  });

  it.each([
    [{ lerningRate: 1 }, 'a.json: there is no "lerningRate"; did you mean "learningRate"?'],
    [{ hidden_sizes: [1] }, 'a.json: there is no "hidden_sizes"; did you mean "hiddenSizes"?'],
    [{ drop: 0.1 }, 'a.json: there is no "drop"; did you mean "dropout"?'],
    [{ norm: 'none' }, 'a.json: there is no "norm"; did you mean "normalization"?'],
    [{ seeds: 3 }, 'a.json: there is no "seeds"; did you mean "seed"?'],
    [{ toString: 1 }, 'a.json: there is no "toString"'],
    [{ constructor: 1 }, 'a.json: there is no "constructor"'],
    [{ lr: 1 }, 'a.json: there is no "lr"; that is learningRate here.'],
    [{ use_layernorm: false }, 'a.json: there is no "use_layernorm"; that is normalization here.'],
    [
      { schedule: { kind: 'cosine', steps: 1, stps: 2 } },
      'there is no "stps" in schedule; did you mean "steps"?',
    ],
    [
      { schedule: { kind: 'cosine', steps: 1, gamma: 2 } },
      'there is no "gamma" in schedule; it belongs to another kind of schedule.',
    ],
    [
      { earlyStopping: { patience: 1 }, evaluateEvery: null },
      'earlyStopping watches the evaluations on the way, and evaluateEvery is null',
    ],
    [
      { run: 'sample/init/xavier' },
      'run is "sample/init/xavier": "sample/" and "seed-" are folders of other runs.',
    ],
    [{ run: 'mine/seed-0' }, '"seed-" are folders of other runs.'],
    [{ schedule: { kind: 'cosin' } }, 'schedule.kind is "cosin": expected one of "cosine", "linear", '],
    [
      { schedule: { kind: 'multi-step', milestones: [30, 7] } },
      'a.json: schedule.milestones is [30,7]: milestones are steps in ascending order, such as [7,30].',
    ],
    [{ schedule: { kind: 'one-cycle', steps: 0 } }, 'a.json: schedule.steps is 0: '],
    [{ learningRate: 1e39 }, 'a.json: learningRate is 1e+39: a rate is at most 3.4e38.'],
    [{ earlyStopping: {} }, 'a.json: earlyStopping.patience is missing (expected number).'],
    [{ dropout: 2 }, 'a.json: dropout is 2: '],
    [{ dropout: 'a lot' }, 'a.json: dropout is "a lot": expected number.'],
    [{ inputSize: 10 }, 'a.json: inputSize is 10: expected 784.'],
    [{ outputSize: 9 }, 'a.json: outputSize is 9: '],
    [
      { hiddenSizes: [1_000_000_000] },
      'a.json: hiddenSizes and outputSize make a network of 797,000,000,010 weights',
    ],
    [{ hiddenSizes: [9007199254740991] }, 'and at most 100,000,000 can be trained and saved.'],
    [{ outputSize: 10_000_000_000 }, 'make a network of 5,130,001,193,984 weights'],
    [{ optimizer: 'sdg' }, 'a.json: optimizer is "sdg": expected one of "adamw"|"adam"|"sgd".'],
    [{ momentum: 0.9 }, "a.json: momentum is 0.9, which is SGD's alone; the optimizer is adamw."],
    [
      { seed: '18446744073709551616' },
      'a.json: seed is "18446744073709551616": a seed is between -2^63 and 2^64 - 1.',
    ],
    [{ seed: 'zero' }, 'a.json: seed is "zero": '],
    [{ run: '../elsewhere' }, 'a.json: run is "../elsewhere": a name consists of letters, digits and ._-'],
    [{ maxSteps: 0 }, 'a.json: maxSteps is 0: '],
    [{ maxSteps: 0, dropout: -1 }, '; '],
  ])('names the problem of %j', (settings, message) => {
    expect(problemOf(settings)).toContain(message);
  });

  it('rejects a value that is not an object', () => {
    expect(() => parseExperimentConfig(3, 'a.json')).toThrow('a.json: it is 3: expected object.');
  });
});
