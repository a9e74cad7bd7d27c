import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { choice, conditional, int, logUniform, uniform } from '../space/builders.js';
import { createSearcher } from './create-searcher.js';
import { defineSweep, parseSweep } from './define-sweep.js';
import { sweepSchema } from './schema.js';
import type { SweepDefinition } from './sweep.js';

const validate = new Ajv().compile(sweepSchema);

const small: SweepDefinition = {
  name: 'rates',
  target: 'train.js',
  space: { rate: logUniform(1e-5, 1e-1) },
  search: { type: 'random', trials: 4 },
};

const full: SweepDefinition = {
  ...small,
  space: {
    optimizer: choice(['adamw', 'sgd']),
    momentum: conditional({ optimizer: 'sgd' }, uniform(0, 0.99)),
    layers: int(1, 6),
    batch: int(8, 512, { log: true }),
  },
  base: { dataset: 'fashion-mnist', sizes: [1, 2] },
  search: { type: 'tpe', trials: 40, seed: 3 },
  halving: { type: 'hyperband', minSteps: 10, reduction: 4 },
  mode: 'max',
  steps: 1000,
  seeds: [0, 1, 2],
  retries: 0,
  limits: { maxRuns: 100, maxSteps: 100_000 },
};

it.each([
  ['the fewest fields', small],
  ['all fields', full],
  ['a grid', { ...small, search: { type: 'grid', points: { rate: 3 } } } satisfies SweepDefinition],
  ['Sobol', { ...small, search: { type: 'sobol', trials: 8 } } satisfies SweepDefinition],
])('takes %s, from JSON too, and so does the schema', (_, definition) => {
  const sweep = defineSweep(definition);
  expect(sweep).toMatchObject(definition);
  expect(parseSweep(JSON.stringify({ $schema: 'sweep.schema.json', ...definition }))).toEqual(sweep);
  expect(defineSweep(sweep)).toEqual(sweep);
  expect(validate(definition), JSON.stringify(validate.errors)).toBe(true);
  expect(createSearcher(sweep).ask()?.trial).toBe(0);
});

it('adds the defaults', () => {
  expect(defineSweep(small)).toEqual({
    ...small,
    base: {},
    mode: 'min',
    steps: 1,
    seeds: [0],
    retries: 2,
    limits: {},
  });
});

it('gives the search what the sweep says', () => {
  const searcher = createSearcher(defineSweep(full));
  expect(searcher.ask()?.steps).toBe(10);
  expect(searcher.stateDict().seed).toBe(3);
});

describe('a sweep with a mistake is refused by name, and by the schema', () => {
  it.each<[change: object, message: string]>([
    [{ name: 'a/b' }, 'x.json: name is "a/b"; expected at most 100 letters, digits'],
    [
      { target: '' },
      'x.json: target is ""; expected the path of a module that exports run(config, context).',
    ],
    [{ serach: {} }, 'x.json: received the unknown field "serach"; expected name, target, space,'],
    [
      { search: undefined },
      'x.json: search is undefined; expected an object. Write { "type": "random", "trials": 20 }.',
    ],
    [
      { search: { type: 'bayes', trials: 3 } },
      'x.json: search.type is "bayes"; expected "grid" or "random" or "sobol" or "tpe".',
    ],
    [{ search: { type: 'tpe' } }, 'x.json: search.trials is missing; expected type, trials, seed.'],
    [
      { search: { type: 'tpe', trials: 0 } },
      'x.json: search.trials is 0; expected a whole number from 1 to 10000000.',
    ],
    [
      { search: { type: 'tpe', trials: 1, seed: -1 } },
      'x.json: search.seed is -1; expected a whole number from 0 to 4294967295.',
    ],
    [
      { search: { type: 'grid', trials: 1 } },
      'x.json: received the unknown field "trials" in search; expected type, points.',
    ],
    [
      { search: { type: 'grid', points: { rate: 0 } } },
      'x.json: search.points.rate is 0; expected a whole number of at least 1.',
    ],
    [
      { halving: { type: 'asha', minSteps: 0 } },
      'x.json: halving.minSteps is 0; expected a whole number from 1 to 1.',
    ],
    [{ halving: { type: 'asha' } }, 'x.json: halving.minSteps is missing;'],
    [
      { halving: { type: 'asha', minSteps: 1, reduction: 1 } },
      'x.json: halving.reduction is 1; expected a whole number of at least 2.',
    ],
    [{ mode: 'maximum' }, 'x.json: mode is "maximum"; expected "min" or "max".'],
    [{ steps: 1.5 }, 'x.json: steps is 1.5; expected a whole number of at least 1.'],
    [{ seeds: [] }, 'x.json: seeds is []; expected a list of 1 to 1000 seeds. Write [0, 1, 2].'],
    [{ seeds: [1, 1] }, 'x.json: seeds[1] is 1 again; expected seeds that differ.'],
    [{ retries: -1 }, 'x.json: retries is -1; expected a whole number from 0 to 1000.'],
    [
      { limits: { maxTime: 3 } },
      'x.json: received the unknown field "maxTime" in limits; expected maxRuns, maxSteps.',
    ],
    [{ limits: { maxRuns: 0 } }, 'x.json: limits.maxRuns is 0; expected a whole number of at least 1.'],
    [{ base: [] }, 'x.json: base is []; expected an object of JSON values.'],
    [{ space: { rate: { type: 'uniform', low: 0 } } }, 'x.json: space.rate.high is missing;'],
  ])('%j', (change, message) => {
    const wrong = { ...small, ...change };
    expect(() => defineSweep(wrong as SweepDefinition, 'x.json')).toThrow(message);
    expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false);
  });
});

it.each<[change: object, message: string]>([
  [
    { search: { type: 'grid' } },
    'x.json: search: GridSearcher: points.rate is undefined; expected a whole number from 1 to 1000000. Write { points: { rate: 5 } }.',
  ],
  [
    { base: { rate: 1 } },
    'x.json: base.rate is a parameter of space too; expected it in one. Leave one out.',
  ],
  [
    { halving: { type: 'asha', minSteps: 2 } },
    'x.json: halving.minSteps is 2; expected a whole number from 1 to 1. The steps of the sweep are those of the last rung.',
  ],
])('refuses what fits the schema but not together: %j', (change, message) => {
  expect(() => defineSweep({ ...small, ...change }, 'x.json')).toThrow(message);
});

it.each([
  ['{', 'sweep.json: received no JSON ('],
  ['3', 'sweep.json: the sweep is 3; expected an object.'],
  ['[]', 'sweep.json: the sweep is []; expected an object.'],
])('refuses the text %s', (text, message) => {
  expect(() => parseSweep(text)).toThrow(message);
});
