import type * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { STAYS_EAGER } from '../fixtures/drawn-programs/ingredients/index.js';
import type { Call, Step } from '../fixtures/drawn-programs/parts.js';
import { runProgram } from '../fixtures/drawn-programs/run.js';
import { type CapturedStep, capture } from './index.js';

const PROGRAMS = 500;
const CALLS = 30;
/** So many are run again, to count those that are replayed. */
const SAMPLE = 60;
/** The number of programs on backends without replays, where each call is the plain one. */
const FEW = 20;

describeBackends('programs that are drawn', (backend) => {
  const replays = backend === 'tensorflow' || backend === 'native';
  const count = replays ? PROGRAMS : FEW;

  it.each(Array.from({ length: count }, (_, seed) => seed))(
    'give the bytes of the plain calls in 30 captured ones: %i',
    (seed) => {
      const plain = runProgram(seed, CALLS, (step) => step);
      const { outcome, status, told } = runCaptured(seed);
      const differs = outcome.trace.findIndex((text, i) => text !== plain.trace[i]);
      expect(differs === -1 ? null : { differs, of: plain.ingredients }).toBe(null);
      // Who stays eager says why, and has told it.
      const silent =
        status.mode === 'eager' && !(status.reason && (!replays || told.includes(status.reason)));
      expect(silent ? { status, of: plain.ingredients } : null).toBe(null);
    },
  );

  // Elsewhere each call is the plain one.
  if (!replays) return;
  it('are replayed, a third of them and more', () => {
    const replayed = Array.from({ length: SAMPLE }, (_, seed) => runCaptured(seed).status.replayed > 0);
    expect(replayed.filter(Boolean).length).toBeGreaterThan(SAMPLE / 3);
  });

  it.each(STAYS_EAGER)('are eager with a reason where a step has: %s', (name) => {
    const { status, told } = runCaptured(1, [name]);
    expect(status.mode).toBe('eager');
    expect(told).toContain(status.reason);
  });
});

/** The captured run of a program, with how its last call went. */
function runCaptured(seed: number, ingredients?: readonly string[]) {
  const told: string[] = [];
  let captured: CapturedStep<[Call], Record<string, tf.Tensor>> | undefined;
  const prepare = (step: Step) => {
    captured = capture(step, { onEager: (reason) => told.push(reason) });
    return captured;
  };
  const outcome = runProgram(seed, CALLS, prepare, ingredients);
  const status = captured!.status;
  captured!.dispose();
  return { outcome, status, told };
}
