import { fileURLToPath } from 'node:url';
import { describeBackends } from '@trainkit/testing';
import { hasAvx2Only, underSignals } from '@trainkit/testing/signals';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../fixtures/multiply.js', import.meta.url));

describeBackends(
  'linear under signals',
  () => {
    // TensorFlow's MatMul does not stand this: "corrupted size vs. prev_size while consolidating", within a second. With AVX2
    // and no AVX-512 no product of TensorFlow's does, but by the instructions of older processors.
    it('keeps its results and its heap', async () => {
      const { end, sent } = await underSignals(PROGRAM, hasAvx2Only() ? { ONEDNN_MAX_CPU_ISA: 'AVX' } : {});
      expect(end).toEqual([0, null]);
      expect(sent).toBeGreaterThan(1000);
    });
  },
  { backends: ['tensorflow'] },
);
