import { describeBackends } from '@trainkit/testing';
import { describe, it } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';
import { expectParity } from '../fixtures/parity.js';

describeBackends('PyTorch parity', () => {
  describe.each(kinds)('$name', ({ kind, cases, problem, tolerance }) => {
    it.each(cases.map((golden) => [JSON.stringify(golden.options), golden] as const))('%s', (_, golden) => {
      expectParity(kind, golden, { problem, tolerance });
    });

    const saved = cases.filter(({ after10 }) => after10 !== undefined);
    it.each(saved.map((golden) => [JSON.stringify(golden.options), golden] as const))(
      'goes on from PyTorch’s checkpoint, with its options: %s',
      (_, golden) => expectParity(kind, golden, { problem, tolerance, resumes: true }),
    );
  });
});
