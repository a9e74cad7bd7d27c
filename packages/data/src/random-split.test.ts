import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { Generator, manualSeed } from '@trainkit/random';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, take } from '../fixtures/datasets.js';
import golden from '../goldens/splits.json' with { type: 'json' };
import { randomSplit } from './random-split.js';

describe('randomSplit', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(golden.cases)('equals torch.utils.data.random_split: $n by $lengths, seed $seed', (row) => {
    const parts = randomSplit(numbers(row.n), row.lengths, { generator: new Generator(BigInt(row.seed)) });
    expect(parts.map(({ indices }) => Array.from(indices))).toEqual(row.parts);
  });

  it('draws from the default generator', () => {
    manualSeed(0);
    const [first] = randomSplit(numbers(10), [7, 3]);
    expect(Array.from(first.indices)).toEqual(golden.cases[0]?.parts[0]);
    expect(take(first.batch([0, 1]))).toEqual(golden.cases[0]?.parts[0]?.slice(0, 2));
  });

  it('returns parts that contain all of the data, once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(9), { minLength: 1 }), (n, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const fractions = weights.map((weight) => weight / sum);
        fc.pre(fractions.reduce((a, b) => a + b, 0) <= 1);
        const parts = randomSplit(numbers(n), fractions, { generator: new Generator(1) });
        const rows = parts.flatMap(({ indices }) => Array.from(indices)).sort((a, b) => a - b);
        expect(rows).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it.each([
    [[4, 5], 'lengths are [4, 5], whose sum is 9'],
    [[0.5, 0.4], 'whose sum is 0.9'],
    [[0.7, 0.4], 'whose sum is 1.1'],
    [[-1, 11], 'lengths are [-1, 11], whose sum is 10'],
    [[Number.NaN, 1], 'whose sum is NaN'],
    [[], 'lengths are [], whose sum is 0'],
  ])('refuses the lengths %j', (lengths, message) => {
    const cut = () => randomSplit(numbers(10), lengths);
    expect(cut).toThrow(message);
    expect(cut).toThrow(
      'expected whole numbers whose sum is the number of examples, 10, or fractions whose sum is 1.',
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'a length alone',
      () => randomSplit(numbers(3), 2 as never),
      'randomSplit: lengths is 2; expected an array of lengths',
    ],
    [
      'bigints',
      () => randomSplit(numbers(3), [1n, 2n] as never),
      'randomSplit: lengths[0] is 1n; expected a number. Write [55_000, 5_000] or [0.9, 0.1].',
    ],
    [
      'a generator by its place, as in PyTorch',
      () => randomSplit(numbers(3), [1, 2], new Generator(0) as never),
      'randomSplit: options is [object Generator]; expected an object of named options. Write { generator: … }',
    ],
    [
      'no dataset',
      () => randomSplit(undefined as never, [1]),
      'randomSplit: dataset is undefined; expected a dataset',
    ],
    [
      'an unknown option',
      () => randomSplit(numbers(1), [1], { seed: 1 } as never),
      'randomSplit: received the unknown option "seed"; expected generator.',
    ],
    [
      'a seed in place of a generator',
      () => randomSplit(numbers(1), [1], { generator: 7 as never }),
      'Write { generator: new Generator(7) }.',
    ],
  ])('refuses %s', (_what, cut, message) => {
    expect(cut).toThrow(TypeError);
    expect(cut).toThrow(message);
  });
});
