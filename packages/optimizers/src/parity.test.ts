import { describeBackends } from '@trainkit/testing';
import { describe, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';
import { expectParity } from '../fixtures/parity.js';

describeBackends('PyTorch parity', () => {
  describe.each(kinds)('$name', ({ kind, cases, problem, tolerance }) => {
    it.each(cases.map((golden) => [JSON.stringify(golden.options), golden] as const))('%s', (_, golden) => {
      expectParity(kind, golden, problem, tolerance);
    });
  });
});
