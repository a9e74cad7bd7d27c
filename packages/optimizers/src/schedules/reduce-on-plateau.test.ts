import { describeStateful, expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../../goldens/schedules.json' with { type: 'json' };
import { ReduceOnPlateau, type ReduceOnPlateauOptions } from '../index.js';

const rows = goldens.plateaus.map(({ options, ...golden }) => ({
  // The modes are strings to JSON.
  options: options as ReduceOnPlateauOptions,
  ...golden,
}));

for (const { options, values } of rows) {
  describeStateful(`ReduceOnPlateau ${JSON.stringify(options)}`, {
    make: () => new ReduceOnPlateau(0.4, options),
    advance: (plateau, turn) => plateau.step(values[turn % values.length]!),
  });
}

describe('ReduceOnPlateau', () => {
  it.each(rows)('has the rates of PyTorch with $options', ({ options, values, rates }) => {
    const plateau = new ReduceOnPlateau(0.4, options);
    expectAllClose(
      values.map((value) => plateau.step(value)),
      rates,
      { atol: 1e-12, rtol: 1e-12 },
    );
  });

  it('lowers the rate in all these but one: with a relative threshold, values below 0 hide a plateau', () => {
    const kept = rows.filter(({ rates }) => rates.at(-1) === 0.4);
    expect(kept.map(({ options }) => options)).toEqual([{ factor: 0.5, patience: 2, threshold: 0.2 }]);
    expect(Math.max(...kept.flatMap(({ values }) => values))).toBeLessThan(0);
  });

  it('takes NaN for no better, as PyTorch', () => {
    const plateau = new ReduceOnPlateau(1, { factor: 0.5, patience: 1 });
    expect([1, Number.NaN, Number.NaN, Number.NaN].map((value) => plateau.step(value))).toEqual([
      1, 1, 0.5, 0.5,
    ]);
  });

  it.each<[ReduceOnPlateauOptions, string]>([
    [{ factor: 1 }, 'ReduceOnPlateau: factor is 1; expected a finite number of at least 0 and below 1.'],
    [{ patience: -1 }, 'ReduceOnPlateau: patience is -1; expected a whole number of at least 0.'],
    [{ threshold: Number.NaN }, 'ReduceOnPlateau: threshold is NaN; expected a finite number of at least 0.'],
    [{ mode: 'least' as 'min' }, 'ReduceOnPlateau: mode is "least"; expected "min" or "max".'],
  ])('refuses %j', (options, message) => {
    expect(() => new ReduceOnPlateau(1, options)).toThrow(new RangeError(message));
  });

  it('refuses a tensor, and a state that is none', () => {
    const plateau = new ReduceOnPlateau(1);
    expect(() => plateau.step([1] as never)).toThrow(
      'ReduceOnPlateau.step: value is [1]; expected a number. Read a tensor with dataSync()[0].',
    );
    const wrong = { learningRate: 0.5, best: Number.NaN, bad: -1, cooldown: 0 };
    expect(() => plateau.loadStateDict(wrong)).toThrow(
      new Error(
        'ReduceOnPlateau.loadStateDict: best is NaN; expected a number, "Infinity", "-Infinity" or null.\n' +
          'ReduceOnPlateau.loadStateDict: bad is -1; expected a whole number of at least 0.',
      ),
    );
    expect(plateau.stateDict()).toEqual({ learningRate: 1, best: null, bad: 0, cooldown: 0 });
  });

  it.each([
    ['min', -Infinity],
    ['max', Infinity],
  ] as const)('keeps through JSON with mode %s that %d cannot be improved on', (mode, best) => {
    const first = new ReduceOnPlateau(1, { mode, patience: 0 });
    first.step(best);
    const plateau = new ReduceOnPlateau(1, { mode, patience: 0 });
    plateau.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
    expect(plateau.step(0)).toBe(0.1);
    expect(plateau.stateDict()).toEqual({ learningRate: 0.1, best: `${best}`, bad: 0, cooldown: 0 });
  });
});
