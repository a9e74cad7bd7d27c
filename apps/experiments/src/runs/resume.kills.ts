import { describeBackends } from '@trainkit/testing';
import { it } from 'vitest';
import { expectSameBytes, KillPoints, shortRun, trainWithKills } from '../testing/killing.js';

const RUNS = {
  AdamW: shortRun({}, { steps: 60, evaluateEvery: 20, checkpointEvery: 7 }),
  'SGD with momentum': shortRun(
    { optimizer: 'sgd', learningRate: 0.05, momentum: 0.9 },
    { steps: 60, evaluateEvery: 20, checkpointEvery: 7 },
  ),
};

const SEED = BigInt(process.env['TRAINKIT_KILL_SEED'] ?? Date.now());

/**
 * Five chains with 20 kills for each backend and run: 10 at steps, 6 during the write of a
 * checkpoint, 4 during an evaluation.
 */
const CHAINS = Array.from({ length: 5 }, (_, chain) => chain);

describeBackends(
  `a run that is killed 20 times (TRAINKIT_KILL_SEED=${SEED})`,
  (backend) => {
    it.each(Object.entries(RUNS))('ends with the same bytes: %s', async (_name, run) => {
      const points = new KillPoints(SEED);
      const order = { run, seed: '4294967301', backend };
      const whole = await trainWithKills(order, []);
      for (const chain of CHAINS) {
        const killed = await trainWithKills(order, [
          points.step({ from: 1, to: 6 }),
          points.checkpoint([7, 14, 14, 7, 14][chain] ?? 7),
          chain === 0 ? points.checkpoint(28) : points.evaluation([20, 40, 20, 40, 40][chain] ?? 20),
          points.step({ from: 43, to: 60 }),
        ]);
        console.log(`${backend}: chain ${chain + 1} of ${CHAINS.length}, 4 kills`);
        expectSameBytes(killed, whole);
      }
    });
  },
  { backends: ['wasm', 'tensorflow', 'native'] },
);
