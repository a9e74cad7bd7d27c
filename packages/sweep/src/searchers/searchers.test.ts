import { describeStateful } from '@trainkit/testing/stateful';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choice, conditional, int, logUniform, uniform } from '../space/builders.js';
import { isConfigOf } from '../space/config.js';
import { AshaSearcher } from './asha.js';
import { GridSearcher } from './grid.js';
import { HyperbandSearcher } from './hyperband.js';
import { RandomSearcher } from './random.js';
import type { Searcher, Suggestion } from './searcher.js';
import { SobolSearcher } from './sobol.js';
import { TpeSearcher } from './tpe.js';

const space = {
  optimizer: choice(['adamw', 'sgd']),
  rate: logUniform(1e-4, 1e-1),
  momentum: conditional({ optimizer: 'sgd' }, uniform(0, 0.99)),
  layers: int(1, 4),
};
const halving = { minSteps: 1, maxSteps: 9, reduction: 3 };

const SEARCHERS: Record<string, () => Searcher> = {
  GridSearcher: () => new GridSearcher(space, { points: { rate: 3, momentum: 2 } }),
  RandomSearcher: () => new RandomSearcher(space, { trials: 60, seed: 5 }),
  SobolSearcher: () => new SobolSearcher(space, { trials: 64, seed: 5 }),
  TpeSearcher: () => new TpeSearcher(space, { trials: 60, seed: 5, startupTrials: 5 }),
  AshaSearcher: () => new AshaSearcher(new RandomSearcher(space, { trials: 60, seed: 5 }), halving),
  'AshaSearcher of TPE': () =>
    new AshaSearcher(new TpeSearcher(space, { trials: 60, seed: 5, startupTrials: 5 }), halving),
  HyperbandSearcher: () => new HyperbandSearcher(new RandomSearcher(space, { trials: 60, seed: 5 }), halving),
};

/** A loss that depends on all parameters; every seventh trial fails. */
function lossOf({ trial, config, steps }: Suggestion): number | null {
  if (trial % 7 === 6) return null;
  const { rate, momentum = 0, layers, optimizer } = config;
  return (
    (Math.log10(Number(rate)) + 2) ** 2 +
    Number(momentum) / 3 +
    Number(layers) / 9 +
    (optimizer === 'sgd' ? 0.1 : 0) +
    1 / steps
  );
}

function turn(searcher: Searcher): Suggestion | null {
  const suggestion = searcher.ask();
  if (suggestion !== null) searcher.tell(suggestion.trial, lossOf(suggestion));
  return suggestion;
}

describe.each(Object.entries(SEARCHERS))('%s', (name, make) => {
  describeStateful(name, { make, advance: turn });

  it('makes configs of the space until it is exhausted, and then none', () => {
    const searcher = make();
    for (let turns = 0; ; turns++) {
      expect(turns).toBeLessThan(500);
      const peeked = searcher.suggest();
      expect(searcher.suggest()).toEqual(peeked);
      const suggestion = turn(searcher);
      expect(suggestion).toEqual(peeked);
      expect(searcher.isExhausted && suggestion !== null).toBe(searcher.isExhausted && peeked !== null);
      if (suggestion === null) break;
      expect(isConfigOf(space, suggestion.config)).toBe(true);
    }
    expect(searcher.isExhausted).toBe(true);
    expect(searcher.ask()).toBeNull();
    expect(searcher.trials.length).toBe(name === 'GridSearcher' ? 36 : name === 'SobolSearcher' ? 64 : 60);
  });

  it('makes the same for the same seed, also where a copy only hears of suggestions and values, in another order', () => {
    const [first, second] = [make(), make()];
    const late = fc.sample(fc.array(fc.nat(4), { minLength: 40, maxLength: 40 }), {
      seed: 1,
      numRuns: 1,
    })[0]!;
    let pending: Suggestion[] = [];
    for (const wait of late) {
      const suggestion = first.ask();
      if (suggestion !== null) {
        second.record(suggestion);
        pending.push(suggestion);
      }
      if (pending.length <= wait) continue;
      for (const each of pending) first.tell(each.trial, lossOf(each), each.steps);
      for (const each of pending.reverse()) second.tell(each.trial, lossOf(each), each.steps);
      pending = [];
      expect(second.suggest()).toEqual(first.suggest());
    }
    expect(second.trials).toEqual(first.trials);
  });

  it('takes a value once, and refuses what was never asked for', () => {
    const searcher = make();
    const suggestion = searcher.ask()!;
    searcher.tell(0, 1);
    const before = searcher.stateDict();
    searcher.tell(0, 2);
    expect(searcher.stateDict()).toEqual(before);
    expect(() => searcher.tell(7, 1)).toThrow('.tell: trial is 7; expected a trial from 0 to 0.');
    expect(() => searcher.tell(0, 'x' as never)).toThrow('value is "x"; expected a number, or null');
    expect(() => searcher.tell(0, 1, suggestion.steps + 1)).toThrow(
      /steps is \d+; expected a whole number from 1 to/,
    );
    expect(() => searcher.record(suggestion)).toThrow(/steps is \d+; expected more steps than/);
    expect(() => searcher.record({ ...suggestion, trial: 5 })).toThrow(
      'trial is 5; expected 1, the number of the next',
    );
    expect(searcher.stateDict()).toEqual(before);
  });
});

it.each([
  [() => new RandomSearcher({}, { trials: 1 }), 'RandomSearcher: space is {}'],
  [
    () => new RandomSearcher(space, { trials: 0 }),
    'RandomSearcher: trials is 0; expected a whole number from 1',
  ],
  [
    () => new RandomSearcher(space, { trials: 1, seed: -1 }),
    'RandomSearcher: seed is -1; expected a whole number from 0',
  ],
  [
    () => new SobolSearcher(space, { trials: 1, steps: 0 }),
    'SobolSearcher: steps is 0; expected a whole number of',
  ],
  [
    () => new SobolSearcher(space, { trials: 1, scramble: 1 as never }),
    'SobolSearcher: scramble is 1; expected true or false.',
  ],
  [
    () =>
      new SobolSearcher(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`x${i}`, uniform(0, 1)])), {
        trials: 1,
      }),
    'SobolSearcher: space has 65 parameters; expected at most 64. Use RandomSearcher.',
  ],
  [
    () => new TpeSearcher(space, { trials: 1, mode: 'lowest' as never }),
    'TpeSearcher: mode is "lowest"; expected "min" or "max".',
  ],
  [() => new TpeSearcher(space, { trials: 1, startupTrials: 0 }), 'TpeSearcher: startupTrials is 0;'],
  [() => new TpeSearcher(space, { trials: 1, candidates: 0 }), 'TpeSearcher: candidates is 0;'],
  [
    () => new AshaSearcher(3 as never, halving),
    'AshaSearcher: searcher is 3; expected a searcher. Write new AshaSearcher(new RandomSearcher(',
  ],
  [
    () => new AshaSearcher(SEARCHERS['RandomSearcher']!(), { minSteps: 2, maxSteps: 1 }),
    'AshaSearcher: maxSteps is 1; expected a whole number of at least 2.',
  ],
  [
    () => new HyperbandSearcher(SEARCHERS['RandomSearcher']!(), { ...halving, reduction: 1 }),
    'HyperbandSearcher: reduction is 1;',
  ],
  [
    () => new GridSearcher(space),
    'GridSearcher: points.rate is undefined; expected a whole number from 1 to 1000000. Write { points: { rate: 5 } }.',
  ],
  [
    () => new GridSearcher(space, { points: { optimizer: 2 } }),
    'GridSearcher: points.optimizer names no number of the space; leave it out.',
  ],
  [
    () => new GridSearcher(space, { points: 3 as never }),
    'GridSearcher: points is 3; expected numbers by parameter.',
  ],
  [
    () => new GridSearcher({ a: int(1, 1001), b: int(1, 1000) }),
    'GridSearcher: the grid has more than 1,000,000 configs; expected fewer.',
  ],
])('refuses wrong arguments: %#', (make, message) => {
  expect(make).toThrow(message);
});

it('has a grid in order, with both bounds, without doubles', () => {
  const grid = new GridSearcher(
    { a: choice(['x', 'y']), b: conditional({ a: 'y' }, int(0, 4, { step: 2 })), c: uniform(0, 1) },
    { points: { c: 2 } },
  );
  expect(grid.length).toBe(8);
  expect(Array.from({ length: 8 }, () => Object.values(grid.ask()!.config).join(' '))).toEqual([
    'x 0',
    'x 1',
    'y 0 0',
    'y 0 1',
    'y 2 0',
    'y 2 1',
    'y 4 0',
    'y 4 1',
  ]);
  expect(new GridSearcher({ a: int(1, 300, { log: true }) }).length).toBe(300);
  expect(new GridSearcher({ a: logUniform(1, 100) }, { points: { a: 1 } }).ask()?.config['a']).toBeCloseTo(
    10,
    10,
  );
});
