import { fileURLToPath } from 'node:url';
import { describeBackends } from '@trainkit/testing';
import { underSignals } from '@trainkit/testing/signals';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../fixtures/replay.js', import.meta.url));

describeBackends(
  'a captured step under signals',
  (backend) => {
    // Whatever the processor: signals go to the main thread, and that one waits meanwhile.
    it('keeps its results and its heap', async () => {
      const { end, sent } = await underSignals(PROGRAM, { CAPTURED_ON: backend });
      expect(end).toEqual([0, null]);
      expect(sent).toBeGreaterThan(1000);
    });
  },
  { backends: ['tensorflow', 'native'] },
);
