import { fileURLToPath } from 'node:url';
import { describeBackends } from '@trainkit/testing';
import { hasAvx512, underSignals } from '@trainkit/testing/signals';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../fixtures/multiply.js', import.meta.url));

describeBackends(
  'linear under signals',
  () => {
    // TensorFlow's MatMul crashes: "corrupted size vs. prev_size while consolidating", within a
    // second. Every other product of TensorFlow's fails too with AVX2 alone or with oneDNN's ops
    // off, but not with older instructions.
    it.each([
      [
        "with oneDNN's ops and AVX-512",
        hasAvx512(),
        { TF_ENABLE_ONEDNN_OPTS: '1', ONEDNN_MAX_CPU_ISA: undefined },
      ],
      [
        "with oneDNN's ops and the instructions of older processors",
        true,
        { TF_ENABLE_ONEDNN_OPTS: '1', ONEDNN_MAX_CPU_ISA: 'AVX' },
      ],
      [
        "without oneDNN's ops and with the instructions of older processors",
        true,
        { TF_ENABLE_ONEDNN_OPTS: '0', ONEDNN_MAX_CPU_ISA: 'AVX' },
      ],
    ])('keeps its results and its heap %s', async (_, applies, settings) => {
      // Without the instructions there is nothing to test.
      if (!applies) return;
      const { end, sent } = await underSignals(PROGRAM, settings);
      expect(end).toEqual([0, null]);
      expect(sent).toBeGreaterThan(1000);
    });
  },
  { backends: ['tensorflow'] },
);
