import { expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../../goldens/schedules.json' with { type: 'json' };
import { ReduceOnPlateau, type ReduceOnPlateauOptions } from '../index.js';

const rows = goldens.plateaus.map(({ options, ...golden }) => ({
  // The modes are strings to JSON.
  options: options as ReduceOnPlateauOptions,
  ...golden,
}));

describe('ReduceOnPlateau', () => {
  it.each(rows)('has the rates of PyTorch with $options', ({ options, values, rates }) => {
    const plateau = new ReduceOnPlateau(0.4, options);
    expectAllClose(
      values.map((value) => plateau.step(value)),
      rates,
      { atol: 1e-12, rtol: 1e-12 },
    );
    expect(rates.at(-1)).toBeLessThan(0.4);
  });

  it.each(rows)('goes on from its state with $options', ({ options, values }) => {
    const plateau = new ReduceOnPlateau(0.4, options);
    for (let middle = 0; middle <= values.length; middle += 7) {
      const whole = new ReduceOnPlateau(0.4, options);
      const rates = values.map((value) => whole.step(value));
      const first = new ReduceOnPlateau(0.4, options);
      for (const value of values.slice(0, middle)) first.step(value);
      plateau.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
      expect(values.slice(middle).map((value) => plateau.step(value))).toEqual(rates.slice(middle));
    }
  });

  it('takes NaN for no better, as PyTorch', () => {
    const plateau = new ReduceOnPlateau(1, { factor: 0.5, patience: 1 });
    expect([1, Number.NaN, Number.NaN, Number.NaN].map((value) => plateau.step(value))).toEqual([
      1, 1, 0.5, 0.5,
    ]);
  });

  it.each<[ReduceOnPlateauOptions, string]>([
    [{ factor: 1 }, 'ReduceOnPlateau: factor must be at least 0 and below 1; received 1.'],
    [{ patience: -1 }, 'ReduceOnPlateau: patience must be a whole number of at least 0; received -1.'],
    [
      { threshold: Number.NaN },
      'ReduceOnPlateau: threshold must be a finite number of at least 0; received NaN.',
    ],
    [{ mode: 'least' as 'min' }, "ReduceOnPlateau: mode must be 'min' or 'max'; received 'least'."],
  ])('refuses %j', (options, message) => {
    expect(() => new ReduceOnPlateau(1, options)).toThrow(new RangeError(message));
  });

  it('refuses a tensor, and a state that is none', () => {
    const plateau = new ReduceOnPlateau(1);
    expect(() => plateau.step([1] as never)).toThrow(
      'ReduceOnPlateau: step takes a number; received an array of 1. Read a tensor with dataSync()[0].',
    );
    expect(() => plateau.loadStateDict({ ...plateau.stateDict(), bad: -1 })).toThrow(
      'ReduceOnPlateau.loadStateDict: bad must be a whole number of at least 0; received -1.',
    );
    expect(plateau.learningRate).toBe(1);
  });
});
