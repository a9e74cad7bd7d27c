import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { regression } from '../../fixtures/regression.js';
import { earlyStopping, evaluate, Interrupted, Trainer } from '../index.js';
import { runFolder } from '../node/index.js';

let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'passes-')), 'run');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(join(path, '..'), { recursive: true });
});

/** Trains in a folder; a timer aborts the fit after three passes, like Ctrl-C. */
async function train({
  accumulate,
  steps,
  abort = false,
}: {
  accumulate: number;
  steps: number;
  abort?: boolean;
}) {
  const { parts, dispose } = regression({ earlyStopping, evaluate });
  const controller = new AbortController();
  let passes = 0;
  const step: typeof parts.step = (batch) => {
    if (abort && ++passes === 3) setTimeout(() => controller.abort('SIGINT'));
    return parts.step(batch);
  };
  const trainer = new Trainer({ ...parts, step, accumulate, capture: false });
  try {
    const fit = trainer.fit({
      steps,
      folder: runFolder(path),
      signal: controller.signal,
      yieldEvery: 0,
      signals: false,
      checkpointEvery: 1,
    });
    const error: unknown = await fit.then(
      () => null,
      (reason: unknown) => reason,
    );
    return {
      error,
      step: trainer.step,
      weights: parts.model.parameters().map((each) => [...each.dataSync()]),
    };
  } finally {
    await trainer.dispose();
    dispose();
  }
}

describeBackends('a step of very many passes', () => {
  it('notices an abort between two passes, and keeps the last checkpoint', async () => {
    const { weights } = await train({ accumulate: 50, steps: 3 });
    const now = performance.now.bind(performance);
    let passed = 0;
    // Each reading of the clock is a second later, so the test does not wait for the time in which
    // a step may finish.
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 1000 * passed++);
    const before = memory().numTensors;
    const { error } = await train({ accumulate: 50, steps: 5, abort: true });
    expect(memory().numTensors).toBe(before);
    expect(error).toBeInstanceOf(Interrupted);
    expect(error).toMatchObject({
      step: 3,
      exitCode: 130,
      message:
        'Interrupted in step 4, between two passes. The training goes on from the checkpoint of step 3; a smaller accumulate ends in order.',
    });
    vi.restoreAllMocks();
    const resumed = await train({ accumulate: 50, steps: 3 });
    expect(resumed.weights).toEqual(weights);
  });

  it('finishes the step if that is soon', async () => {
    const { error, step } = await train({ accumulate: 20, steps: 5, abort: true });
    expect(error).toMatchObject({ message: expect.stringContaining(`Interrupted after step ${step} of 5`) });
  });
});
