import { expect, it } from 'vitest';
import { SECTION_6 } from './index.js';

it('requires its runs', () => {
  expect(() => SECTION_6.findings({ seed: 0n, results: [], allSeeds: [] })).toThrow(
    '6.1 needs all four of its runs.',
  );
});
