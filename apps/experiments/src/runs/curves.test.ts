import type { BackendName } from '@trainkit/backend';
import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import curves from '../../goldens/curves-sample.json' with { type: 'json' };
import finals from '../../goldens/finals-sample.json' with { type: 'json' };
import { type Dataset, loadData } from '../data/load.js';
import {
  expectPyTorchCurve,
  expectPyTorchHead,
  recordedHeads,
  recordedRuns,
  trainFor,
} from '../testing/follow-curve.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData('sample');
});

/**
 * The runs of a backend: all on native, one seed of each elsewhere.
 *
 * cpu would take minutes a run; the packages' own suites test its arithmetic.
 */
const compared = <T extends { seed: string }>(runs: readonly T[], backend: BackendName): readonly T[] =>
  backend === 'native' ? runs : runs.filter(({ seed }) => seed === '7');

describeBackends(
  'sections 1 to 3 on the embedded sample follow PyTorch',
  (backend) => {
    it.each(compared(recordedRuns(curves, finals), backend))('$run, seed $seed', async (recorded) => {
      const metrics = await trainFor(recorded.run, { seed: recorded.seed, data, backend });
      expectPyTorchCurve(metrics, recorded, data.test.length);
    });

    it('gives the same metrics, byte for byte, in a second run', async () => {
      const options = { seed: '5', steps: 60, data, backend } as const;
      const [first, second] = [
        await trainFor('init/xavier', options),
        await trainFor('init/xavier', options),
      ];
      expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    });

    it('trains with the Xavier of TensorFlow.js from another stream', async () => {
      const options = { seed: '0', steps: 141, data, backend } as const;
      const ours = await trainFor('init/xavier', options);
      const reference = await trainFor('init/xavier-reference', options);
      expect(reference.train[0]?.train_loss).not.toBe(ours.train[0]?.train_loss);
      expect(reference.train.at(-1)?.train_loss).toBeLessThan((reference.train[0]?.train_loss ?? 0) - 0.5);
    });
  },
  { backends: ['wasm', 'tensorflow', 'native'] },
);

describeBackends(
  'section 6 on the embedded sample follows PyTorch',
  (backend) => {
    const heads = compared(recordedHeads(curves, ['optimizer', 'ablation']), backend);
    it.each(heads)('for the first 20 steps: $run, seed $seed', async (recorded) => {
      const options = { seed: recorded.seed, steps: recorded.curve.length, data, backend };
      expectPyTorchHead(await trainFor(recorded.run, options), recorded);
    });
  },
  { backends: ['wasm', 'tensorflow', 'native'] },
);

describeBackends(
  'section 6 on the embedded sample ends where PyTorch does',
  (backend) => {
    const runs = ['optimizer/adamw', 'optimizer/sgd'] as const;
    it.each(backend === 'native' ? runs : runs.slice(0, 1))('%s', async (run) => {
      const { test } = await trainFor(run, { seed: '0', data, backend });
      const accuracies = Object.values(finals.runs[run]).map((final) => final.testAccuracy);
      // Five seeds of PyTorch span about two points here, on 1,000 images; the tolerance adds 1.5
      // points.
      expect(test.at(-1)?.test_accuracy).toBeGreaterThan(Math.min(...accuracies) - 0.015);
      expect(test.at(-1)?.test_accuracy).toBeLessThan(Math.max(...accuracies) + 0.015);
    });
  },
  { backends: ['native', 'tensorflow'] },
);
