import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomSampler, type Sampler, SequentialSampler, WeightedRandomSampler } from './samplers.js';

const orderOf = (sampler: Sampler, seed: number) => Array.from(sampler.order(() => new Generator(seed)));

describe('SequentialSampler', () => {
  it('goes through the indices and asks for no generator', () => {
    expect([...new SequentialSampler(3).order()]).toEqual([0, 1, 2]);
  });
});

describe('RandomSampler', () => {
  it('is the permutation of the epoch’s generator', () => {
    expect(orderOf(new RandomSampler(6), 5)).toEqual([...new Generator(5).permutation(6)]);
  });

  it.each([-1, 1.5, Number.NaN])('refuses the length %d', (length) => {
    expect(() => new RandomSampler(length)).toThrow('RandomSampler: length is');
    expect(() => new SequentialSampler(length)).toThrow('SequentialSampler: length is');
  });
});

describe('WeightedRandomSampler', () => {
  it('draws with the probabilities of the weights', () => {
    const weights = [1, 0, 3, 6];
    const draws = orderOf(new WeightedRandomSampler(weights, 20_000), 1);
    const shares = weights.map((_, i) => draws.filter((index) => index === i).length / draws.length);
    // Four standard deviations of a share are 0.014.
    for (const [i, weight] of weights.entries())
      expect(Math.abs(shares[i]! - weight / 10)).toBeLessThan(0.014);
    expect(shares[1]).toBe(0);
  });

  it('without replacement draws an index once, the first with the probabilities of the weights', () => {
    const weights = [1, 0, 3, 6];
    const sampler = new WeightedRandomSampler(weights, 3, { replacement: false });
    const firsts = [0, 0, 0, 0];
    for (let seed = 0; seed < 4000; seed++) {
      const order = orderOf(sampler, seed);
      if (seed < 20) expect([...order].sort()).toEqual([0, 2, 3]);
      firsts[order[0]!]!++;
    }
    // Four standard deviations of a share are 0.032.
    for (const [i, weight] of weights.entries())
      expect(Math.abs(firsts[i]! / 4000 - weight / 10)).toBeLessThan(0.032);
  });

  it('returns the same indices for the same seed, each with a weight', () => {
    const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-300, max: 1e300, noNaN: true })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(weights, fc.boolean(), fc.nat(), (given, replacement, seed) => {
        const positive = given.filter((weight) => weight > 0).length;
        fc.pre(positive > 0);
        const n = replacement ? 20 : positive;
        const sampler = new WeightedRandomSampler(given, n, { replacement });
        const order = orderOf(sampler, seed);
        expect(order).toHaveLength(n);
        expect(order).toEqual(orderOf(sampler, seed));
        expect(order.every((index) => given[index]! > 0)).toBe(true);
        if (!replacement) expect(new Set(order).size).toBe(n);
      }),
    );
  });

  it('draws by weights whose sum would overflow', () => {
    const sampler = new WeightedRandomSampler([1e308, 1e308, 0], 60);
    const small = new WeightedRandomSampler([1, 1, 0], 60);
    expect(orderOf(sampler, 4)).toEqual(orderOf(small, 4));
  });

  it.each<[unknown, number, object, string]>([
    [[1, -1], 1, {}, 'weights[1] is -1; expected a finite number of at least 0.'],
    [[1, Number.NaN], 1, {}, 'weights[1] is NaN;'],
    [[Infinity], 1, {}, 'weights[0] is Infinity;'],
    [[0, 0], 1, {}, '0 weights are above 0; expected at least 1 for 1 samples.'],
    [
      [1, 0],
      2,
      { replacement: false },
      '1 weights are above 0; expected at least 2 for 2 samples without replacement.',
    ],
    [['5'], 1, {}, 'weights[0] is "5"; expected a number.'],
    [3, 1, {}, 'weights is 3; expected an array with one number for each example.'],
    [[1], 1.5, {}, 'numSamples is 1.5;'],
    [[1], 1, { replacement: 1 }, 'replacement is 1; expected true or false.'],
    [
      [1],
      1,
      { replacment: true },
      'received the unknown option "replacment"; expected replacement. Write replacement: true.',
    ],
  ])('refuses %j, %d, %j', (weights, numSamples, options, message) => {
    expect(() => new WeightedRandomSampler(weights as number[], numSamples, options)).toThrow(
      `WeightedRandomSampler: ${message}`,
    );
  });
});
