import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { runProgram } from '../fixtures/drawn-programs.js';
import { capture } from './index.js';

const PROGRAMS = 500;
const CALLS = 30;
/** Where each call is the plain one. */
const FEW = 20;

describeBackends('programs that are drawn', (backend) => {
  const replays = backend === 'tensorflow';
  const count = replays ? PROGRAMS : FEW;
  const seen = { replayed: 0 };

  it.each(Array.from({ length: count }, (_, seed) => seed))(
    'give the bytes of the plain calls in 30 captured ones: %i',
    (seed) => {
      const plain = runProgram(seed, CALLS, (step) => step);
      const steps: { status: { replayed: number }; dispose: () => void }[] = [];
      const captured = runProgram(seed, CALLS, (step) => {
        const made = capture(step, { onEager: () => {} });
        steps.push(made);
        return made;
      });
      for (const { status, dispose } of steps) {
        if (status.replayed > 0) seen.replayed++;
        dispose();
      }
      const differs = captured.trace.findIndex((text, i) => text !== plain.trace[i]);
      expect(differs === -1 ? null : { differs, of: plain.ingredients }).toBe(null);
    },
  );

  it.runIf(replays)('are replayed, a third of them and more', () => {
    expect(seen.replayed).toBeGreaterThan(PROGRAMS / 3);
  });
});
