import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { UserError } from '../terminal/user-error.js';
import { scratch } from '../testing/scratch.js';
import { executeSmall, smallRun } from '../testing/small-run.js';
import type { ExecuteOptions } from './execute.js';
import type { RunDefinition } from './run.js';

const context = scratch('divergence-');

describeBackends(
  'a loss that is not finite, which TensorFlow.js ignores,',
  (backend) => {
    const perform = (definition: RunDefinition, options?: Partial<ExecuteOptions>) =>
      executeSmall(definition, { context, backend }, options);
    const folder = () => join(context.out, 'runs/sample/test/small/seed-0');
    const fileOf = (name: string) => readFileSync(join(folder(), name));
    const exploding = { learningRate: 1e38, normalization: 'none' } as const;

    it('names step and layer, and leaves no tensor', async () => {
      const made = perform(smallRun(exploding, { steps: 10 }));
      await expect(made).rejects.toThrow(
        /^test\/small diverged: the (train loss of step 2|test loss after step 5) is (NaN|Infinity); the (output of [135] \(Linear\)|parameter \d\.weight) is (NaN|infinite)\. There is no earlier checkpoint\. Try a smaller learningRate, or clipGradNorm\.$/,
      );
      await expect(made).rejects.toThrow(UserError);
      expect(readdirSync(folder())).not.toContain('result.json');
    });

    it('reports it also at Ctrl-C, if the step before it broke a weight', async () => {
      const controller = new AbortController();
      const made = perform(
        smallRun(
          { ...exploding, learningRate: 3e38, momentum: 0.9, checkpointEvery: 100 },
          { steps: 50, evaluateEvery: null },
        ),
        {
          signal: controller.signal,
          onEvent: () => {
            controller.abort('SIGINT');
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
          },
        },
      );
      // The backend decides if the first update overflows; the error is one sentence in both cases.
      await expect(made).rejects.toThrow(UserError);
      await expect(made).rejects.toThrow(
        /^(test\/small diverged: the |Interrupted test\/small after step 1 )/,
      );
    });

    it('names the last good checkpoint, which stays, and diverges at the same step after resuming', async () => {
      const definition = smallRun({ ...exploding, checkpointEvery: 1 }, { steps: 10 });
      const attempts = [];
      for (let i = 0; i < 2; i++) {
        const made = perform(definition);
        await expect(made).rejects.toThrow(
          `The last good checkpoint is that of step 1: ${join(folder(), 'checkpoints/last.safetensors')}.`,
        );
        attempts.push([await made.catch(String), fileOf('metrics.jsonl').toString()]);
      }
      expect(attempts[1]).toEqual(attempts[0]);
    });
  },
  { backends: ['wasm', 'tensorflow', 'native'] },
);
