import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { DivergenceError, Interrupted, RunError } from '@trainkit/trainer';
import { expect, it } from 'vitest';
import { createNetwork } from '../model/network.js';
import { testConfig } from '../testing/run-config.js';
import { explained, explainedDivergence } from './explain.js';

const folder = { path: process.cwd(), config: testConfig({ maxSteps: 9 }) };

it('gives the command that resumes an interrupted run, and the exit code of the signal', () => {
  const interrupted = new Interrupted('Interrupted.', { step: 3, reason: 'SIGTERM' });
  expect(explained(interrupted, folder)).toMatchObject({
    message: `Interrupted init/zero after step 3 of 9. Resume it with: npx --yes pnpm@12 experiments resume ${folder.path}`,
    exitCode: 143,
  });
});

it('gives remedies for files in terms of the command line', () => {
  const full = new RunError('write', 'x.bin could not be written: ENOSPC.', 'Free some space.');
  expect(explained(full, folder)).toMatchObject({
    name: 'UserError',
    message:
      'x.bin could not be written: ENOSPC. Free some space or choose another --out; the run resumes from its last checkpoint.',
  });
  const gone = { ...folder, path: `${folder.path}/nowhere` };
  expect(String(explained(full, gone))).toContain(
    'nowhere was moved, removed or replaced during the training; ',
  );
  const own = new TypeError('a mistake of the program');
  expect(explained(own, folder)).toBe(own);
});

describeBackends(
  'a divergence',
  () => {
    it.each([
      [
        'validation/loss after step 5 is NaN',
        '2.weight is NaN',
        'the test loss after step 5 is NaN; the parameter 2.weight is NaN',
      ],
      [
        'train/loss of step 2 is Infinity',
        'the output of 1 (Linear) is infinite',
        'the train loss of step 2 is Infinity; the output of 1 (Linear) is infinite',
      ],
      [
        '2.running_var is infinite after the update of step 5',
        null,
        'the buffer 2.running_var is infinite after the update of step 5',
      ],
    ])('names the number %s and its origin', (found, location, text) => {
      const model = createNetwork(testConfig({ hiddenSizes: [8], normalization: 'batchnorm' }), {
        generator: new Generator(0),
      });
      const details = { step: 5, checkpoint: 4, checkpointPath: 'last.safetensors', found, location };
      expect(explainedDivergence(new DivergenceError('', details), 'init/zero', model).message).toBe(
        `init/zero diverged: ${text}. The last good checkpoint is that of step 4: last.safetensors. Try a smaller learningRate, or clipGradNorm.`,
      );
      model.dispose();
    });
  },
  { backends: ['cpu'] },
);
