import { expect, it } from 'vitest';
import { growthOf, isLeak } from './resident.js';

it('looks at the process that grew the most, from its first block to its last', () => {
  expect(
    growthOf([
      [100, 900, 120],
      [100, 110, 150],
      [400, 300, 410],
    ]),
  ).toEqual({ before: 100, after: 150 });
  expect(growthOf([[300, 200]])).toEqual({ before: 300, after: 200 });
  expect(growthOf([[null, null], [null]])).toBeNull();
});

it('counts growth as a leak above both 100 MB and a quarter', () => {
  expect(isLeak({ before: 200e6, after: 301e6 })).toBe(true);
  expect(isLeak({ before: 200e6, after: 299e6 })).toBe(false);
  expect(isLeak({ before: 2000e6, after: 2400e6 })).toBe(false);
  expect(isLeak({ before: 2000e6, after: 2600e6 })).toBe(true);
  expect(isLeak({ before: 900e6, after: 200e6 })).toBe(false);
  expect(isLeak(null)).toBe(false);
});
