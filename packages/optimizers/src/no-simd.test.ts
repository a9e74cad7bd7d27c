import { describeBackends } from '@trainkit/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { kinds } from '../fixtures/optimizers.js';
import { expectParity } from '../fixtures/parity.js';

const compiled = vi.fn(() => {
  throw new WebAssembly.CompileError('no vectors');
});

// Nothing of the backend is compiled any more when the suites begin, and SIMD code only at its
// first use.
describeBackends(
  'where WebAssembly has no vectors',
  () => {
    beforeAll(() => void vi.spyOn(WebAssembly, 'Module').mockImplementation(compiled));
    afterAll(() => {
      expect(compiled).toHaveBeenCalled();
      vi.restoreAllMocks();
    });

    describe.each(kinds)('$name', ({ kind, cases, problem, tolerance }) => {
      it.each(cases.slice(0, 8).map((golden) => [JSON.stringify(golden.options), golden] as const))(
        'updates by stock operations, to PyTorch’s numbers: %s',
        (_, golden) => expectParity(kind, golden, { problem, tolerance }),
      );
    });
  },
  { backends: ['wasm', 'cpu'] },
);
