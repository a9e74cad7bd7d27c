import { createHash } from 'node:crypto';
import { Generator, manualSeed } from '@trainkit/random';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import golden from '../goldens/splits.json' with { type: 'json' };
import type { Split } from './split.js';
import { randomSplit, subset } from './subset.js';

function split(length: number): Split {
  return { images: new Uint8Array(length * 784), labels: new Uint8Array(length), length };
}

describe('randomSplit', () => {
  test.each(golden.cases)('equals torch.utils.data.random_split: $n by $lengths, seed $seed', (row) => {
    const parts = randomSplit(split(row.n), row.lengths, { generator: new Generator(BigInt(row.seed)) });
    expect(
      parts.map(({ length, indices }) => ({
        length,
        first: Array.from(indices.slice(0, 8)),
        md5: createHash('md5').update(indices).digest('hex'),
      })),
    ).toEqual(row.parts);
  });

  test('draws from the default generator', () => {
    const data = split(10);
    manualSeed(0);
    const [first] = randomSplit(data, [7, 3]);
    expect(Array.from(first?.indices ?? [])).toEqual(golden.cases[0]?.parts[0]?.first);
    expect(first?.split).toBe(data);
  });

  test('the parts are all of the data, once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(9), { minLength: 1 }), (n, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const fractions = weights.map((weight) => weight / sum);
        fc.pre(fractions.reduce((a, b) => a + b, 0) <= 1);
        const parts = randomSplit(split(n), fractions, { generator: new Generator(1) });
        const rows = parts.flatMap(({ indices }) => Array.from(indices)).sort((a, b) => a - b);
        expect(rows).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  test.each([
    [[4, 5], 'sum 9'],
    [[0.5, 0.4], 'sum 0.9'],
    [[0.7, 0.4], 'sum 1.1'],
    [[-1, 11], '[-1, 11], sum 10'],
    [[Number.NaN, 1], 'sum NaN'],
    [[], '[], sum 0'],
  ])('refuses the lengths %j', (lengths, message) => {
    const cut = () => randomSplit(split(10), lengths);
    expect(cut).toThrow(message);
    expect(cut).toThrow('whole numbers whose sum is the number of images, 10, or fractions whose sum is 1');
  });
});

describe('subset', () => {
  test('of a subset goes to the rows of the split', () => {
    const data = split(10);
    const outer = subset(data, [9, 8, 7, 7]);
    const inner = subset(outer, [3, 0]);
    expect(inner).toEqual({ split: data, indices: Int32Array.of(7, 9), length: 2 });
    expect(inner.split).toBe(data);
  });

  test.each([[10], [-1], [1.5], [Number.NaN]])('refuses the index %d', (index) => {
    expect(() => subset(split(10), [0, index])).toThrow(
      `subset: indices are whole numbers from 0 to 9; received ${index} at place 1.`,
    );
  });

  test('of no images is one of no images, and has none to choose', () => {
    expect(subset(split(0), [])).toMatchObject({ indices: new Int32Array(), length: 0 });
    expect(randomSplit(split(0), [0.5, 0.5]).map(({ length }) => length)).toEqual([0, 0]);
    expect(() => subset(split(0), [0])).toThrow(
      'subset: the data have no images, so no index is one of them; received 0 at place 0.',
    );
  });

  test('and randomSplit refuse what is no list', () => {
    // @ts-expect-error: the types refuse it as well
    expect(() => subset(split(3))).toThrow('indices are an array of whole numbers; received undefined.');
    // @ts-expect-error: the types refuse it as well
    expect(() => randomSplit(split(3), 2)).toThrow(
      'randomSplit: lengths are an array, such as [55_000, 5_000] or [0.9, 0.1]; received 2.',
    );
    // @ts-expect-error: the types refuse it as well
    expect(() => randomSplit(undefined, [1])).toThrow('randomSplit: data are a split, such as train of');
  });

  test('refuses arrays that do not fit together', () => {
    expect(() => subset({ images: new Uint8Array(784), labels: new Uint8Array(2), length: 2 }, [0])).toThrow(
      'subset: a split of n images has n · 784 pixels in images and n labels; ' +
        'received length 2, 784 pixels and 2 labels.',
    );
  });
});

describe('a subset made by hand', () => {
  const split = { images: new Uint8Array(7840), labels: new Uint8Array(10), length: 10 };

  test.each([
    ['an index beyond the images', { split, indices: Int32Array.of(99), length: 1 }],
    ['an index below 0', { split, indices: Int32Array.of(-1), length: 1 }],
    ['fewer indices than images', { split, indices: Int32Array.of(1), length: 3 }],
  ])('with %s is refused', (_what, data) => {
    expect(() => subset(data, [0])).toThrow(/a subset has one index from 0 to 9 for each of its \d images/);
    expect(() => randomSplit(data, [data.length])).toThrow(RangeError);
  });
});
