import { Generator } from '@trainkit/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbers } from '../fixtures/datasets.js';
import { stratifiedSplit } from './stratified-split.js';

describe('stratifiedSplit', () => {
  it('has each class in both parts in its proportion, and the parts have the lengths', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (labels, share, seed) => {
          const n = labels.length;
          const first = Math.round(n * share);
          const lengths = [first, n - first];
          const parts = stratifiedSplit(numbers(n), labels, lengths, { generator: new Generator(seed) });
          expect(parts.map(({ length }) => length)).toEqual(lengths);
          const all = parts.flatMap(({ indices }) => Array.from(indices));
          expect(all.sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
          for (const label of new Set(labels)) {
            const total = labels.filter((other) => other === label).length;
            for (const { indices, length } of parts) {
              const count = indices.filter((index) => labels[index] === label).length;
              expect(Math.abs(count - (total * length) / n)).toBeLessThan(1);
            }
          }
        },
      ),
    );
  });

  it('cuts several parts to the lengths of randomSplit', () => {
    const labels = Array.from({ length: 101 }, (_, i) => (i % 3 === 0 ? 'a' : 'b'));
    const parts = stratifiedSplit(numbers(101), labels, [0.5, 0.3, 0.2], { generator: new Generator(0) });
    expect(parts.map(({ length }) => length)).toEqual([51, 30, 20]);
    const shares = parts.map(({ indices }) => indices.filter((i) => labels[i] === 'a').length);
    expect(shares).toEqual([17, 10, 7]);
  });

  it('draws one permutation, and another seed gives other parts', () => {
    const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2);
    const split = (generator: Generator) =>
      stratifiedSplit(numbers(40), labels, [30, 10], { generator })[1].indices;
    const generator = new Generator(0);
    const first = split(generator);
    const other = new Generator(0);
    other.permutation(40);
    expect(generator.int64()).toBe(other.int64());
    expect(split(new Generator(0))).toEqual(first);
    expect(split(new Generator(1))).not.toEqual(first);
  });

  it.each([
    [[1, 2], 'labels is [1, 2]; expected one label for each of the 3 examples.'],
    [undefined, 'labels is undefined; expected one label for each of the 3 examples.'],
  ])('refuses the labels %j', (labels, message) => {
    expect(() => stratifiedSplit(numbers(3), labels as never, [3])).toThrow(`stratifiedSplit: ${message}`);
  });

  it('refuses unknown options', () => {
    expect(() => stratifiedSplit(numbers(1), [0], [1], { stratify: true } as never)).toThrow(
      'stratifiedSplit: received the unknown option "stratify"',
    );
  });
});
