import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { expectSameBytes, shortRun, trainWithKills } from '../testing/killing.js';

const RUN = shortRun(
  { optimizer: 'sgd', learningRate: 0.05, momentum: 0.9, normalization: 'layernorm' },
  { steps: 25, evaluateEvery: 10, checkpointEvery: 7 },
);

// 20 kills at random moments are a command of their own: pnpm check:kills.
describeBackends(
  'a run that is killed and resumed',
  (backend) => {
    it('ends with the bytes of an uninterrupted run', async () => {
      const order = { run: RUN, seed: '4', backend };
      const whole = await trainWithKills(order, []);
      expect(whole.metrics.trimEnd().split('\n')).toHaveLength(25 + 3);
      const killed = await trainWithKills(order, [
        { kind: 'step', step: 3 },
        { kind: 'checkpoint', step: 7, stage: 'half-written' },
        { kind: 'evaluation', step: 10, batch: 1 },
        { kind: 'checkpoint', step: 14, stage: 'moved' },
        { kind: 'evaluation', step: 25, batch: 1 },
      ]);
      expectSameBytes(killed, whole);
    });
  },
  { backends: ['wasm', 'tensorflow', 'native'] },
);
