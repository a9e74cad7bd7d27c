import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { useFastestBackend } from '@trainkit/backend';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { experimentConfig } from '../config/experiment-config.js';
import { loadData } from '../data/load.js';
import { customRun } from './definition.js';
import { estimate } from './estimate.js';
import type { TaskOptions } from './options.js';
import { tasksOf } from './tasks.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'estimate-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const run = customRun(experimentConfig({ run: 'mine/a', hiddenSizes: [4], maxSteps: 1500 }));

async function options(changes: Partial<TaskOptions> = {}): Promise<TaskOptions> {
  return {
    seed: 0n,
    workers: 1,
    steps: undefined,
    data: await loadData('sample'),
    backend: await useFastestBackend({ prefer: 'cpu' }),
    out,
    fresh: false,
    terminal: { write: () => true },
    signal: new AbortController().signal,
    ...changes,
  };
}

it('reports runs, steps and time, and leaves no file and no tensor', async () => {
  const chosen = await options();
  const before = tf.memory().numTensors;
  expect(await estimate(tasksOf([run], { seed: 0n, seeds: 2 }), chosen)).toMatch(
    /^About (\d+ s|\d+ min) on this machine: 2 runs, 3,000 steps, estimated from a few steps of each; longer if other programs use the cores\.$/,
  );
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(out)).toEqual([]);
});

it('returns null for short tasks', async () => {
  expect(await estimate(tasksOf([run], { seed: 0n, seeds: 1 }), await options())).toBeNull();
});

it('can be interrupted', async () => {
  const tasks = tasksOf([run], { seed: 0n, seeds: 2 });
  await expect(estimate(tasks, await options({ signal: AbortSignal.abort('SIGINT') }))).rejects.toThrow(
    'Interrupted while the time was estimated.',
  );
});
