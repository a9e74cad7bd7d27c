import { describeBackends } from '@trainkit/testing';
import { describe, it } from 'vitest';
import { kinds } from '../../fixtures/optimizers.js';
import { expectParity } from '../../fixtures/parity.js';
import golden from '../../goldens/muon.json' with { type: 'json' };

const { kind } = kinds.find(({ name }) => name === 'Muon')!;

// The parity cases compute PyTorch's iteration in float64. PyTorch itself rounds it to bfloat16,
// which has 3 digits.
describeBackends('Muon', () => {
  describe('beside PyTorch’s bfloat16', () => {
    it.each(golden.bfloat16.map((one) => [JSON.stringify(one.options), one] as const))(
      'stays within its rounding: %s',
      (_, one) => expectParity(kind, one, { problem: golden as never, tolerance: 5e-3 }),
    );
  });
});
