import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configDifferences } from './config-difference.js';

describe('configDifferences', () => {
  it('names every field that differs, inner ones by their path', () => {
    const a = {
      run: 'a',
      dropout: 0,
      hiddenSizes: [4, 4],
      schedule: null,
      data: { name: 'full', images: 3 },
    };
    const b = { ...a, dropout: 0.1, hiddenSizes: [4, 5], data: { name: 'sample', images: 3 } };
    expect(configDifferences(a, b)).toEqual([
      { field: 'dropout', before: 0, now: 0.1 },
      { field: 'hiddenSizes', before: [4, 4], now: [4, 5] },
      { field: 'data.name', before: 'full', now: 'sample' },
    ]);
    const schedule = { kind: 'cosine', steps: 9 };
    expect(configDifferences(a, { ...a, schedule })).toEqual([
      { field: 'schedule', before: null, now: schedule },
    ]);
    expect(configDifferences({}, { momentum: 0.9 })).toEqual([
      { field: 'momentum', before: undefined, now: 0.9 },
    ]);
  });

  it('names the whole config if one of them is no object', () => {
    expect(configDifferences(null, { a: 1 })).toEqual([{ field: '', before: null, now: { a: 1 } }]);
    expect(configDifferences([{ a: 1 }], [{ a: 1 }])).toEqual([]);
  });

  it('finds nothing between equal configs, and as much backwards as forwards', () => {
    const config = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.oneof(fc.integer(), fc.constant(null), fc.dictionary(fc.constantFrom('x', 'y'), fc.boolean())),
    );
    fc.assert(
      fc.property(config, config, (a, b) => {
        expect(configDifferences(a, a)).toEqual([]);
        const swapped = configDifferences(b, a).map(({ field, before, now }) => [field, now, before]);
        expect(configDifferences(a, b).map(({ field, before, now }) => [field, before, now])).toEqual(
          expect.arrayContaining(swapped),
        );
      }),
    );
  });
});
