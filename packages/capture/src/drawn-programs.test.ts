import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { describePrograms, runCaptured } from '../fixtures/drawn-programs/describe-programs.js';
import { STAYS_EAGER } from '../fixtures/drawn-programs/ingredients/index.js';

// fixtures/drawn-programs/drawn-programs.thorough.ts has more of them.
describePrograms({ native: 40, tensorflow: 20, wasm: 5, cpu: 5 });

describeBackends(
  'drawn programs',
  () => {
    it.each(STAYS_EAGER)('are eager with a reason where a step has: %s', (name) => {
      const { status, told } = runCaptured(1, [name]);
      expect(status.mode).toBe('eager');
      expect(told).toContain(status.reason);
    });
  },
  { backends: ['tensorflow', 'native'] },
);
