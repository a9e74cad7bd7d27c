import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { experimentConfig, runExperiment } from './index.js';

describeBackends(
  'runExperiment',
  (backend) => {
    it('rejects the name of a run of the exercise', async () => {
      await expect(runExperiment(experimentConfig({ run: 'optimizer/sgd' }))).rejects.toThrow(
        'optimizer/sgd is the name of a run of the exercise; expected another name. Write for instance mine/sgd.',
      );
    });

    it('trains a run, and reads it the next time', async () => {
      const out = mkdtempSync(join(tmpdir(), 'experiment-'));
      try {
        const config = experimentConfig({ run: 'mine/a', hiddenSizes: [8], maxSteps: 4, evaluateEvery: 2 });
        let printed = '';
        const terminal = {
          write: (text: string) => {
            printed += text;
            return true;
          },
        };
        const options = { data: 'sample', backend, out, terminal };
        const first = await runExperiment(config, options);
        expect(first.metrics.test.map(({ step }) => step)).toEqual([2, 4]);
        expect(first.folder).toBe(join(out, 'runs/sample/mine/a/seed-0'));
        const { metrics, end } = await runExperiment(config, options);
        expect({ metrics, end }).toEqual({ metrics: first.metrics, end: first.end });
        expect(printed).toContain('mine/a  finished before');
      } finally {
        rmSync(out, { recursive: true });
      }
    });
  },
  { backends: ['wasm'] },
);
