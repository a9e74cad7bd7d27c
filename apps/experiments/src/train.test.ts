import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useFastestBackend } from '@trainkit/backend';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { findRun } from './catalog.js';
import { type Dataset, loadData } from './data.js';
import { performRun } from './perform-run.js';
import { UserError } from './user-error.js';

let data: Dataset;
let out: string;
beforeAll(async () => {
  data = await loadData('sample');
});
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'train-'));
});
afterEach(() => {
  rmSync(out, { recursive: true });
});

describeBackends(
  'train',
  (backend) => {
    it('ends with an error, and no tensor left, where the loss is not finite, which TensorFlow.js passes over', async () => {
      const run = findRun('norm/none');
      const exploding = { ...run, training: { ...run.training, learningRate: 1e38 } };
      const made = performRun(exploding, {
        seed: 0n,
        steps: 10,
        data,
        backend: await useFastestBackend({ prefer: backend }),
        out,
        fresh: false,
        terminal: { write: () => true },
        signal: new AbortController().signal,
      });
      await expect(made).rejects.toThrow(
        /^norm\/none diverged: the train loss of step \d+ is (NaN|Infinity)\.$/,
      );
      await expect(made).rejects.toThrow(UserError);
    });
  },
  { backends: ['wasm', 'tensorflow'] },
);
