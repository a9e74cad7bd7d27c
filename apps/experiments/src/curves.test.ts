import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import curves from '../goldens/curves-sample.json' with { type: 'json' };
import finals from '../goldens/finals-sample.json' with { type: 'json' };
import { type Dataset, loadData } from './data.js';
import { expectPyTorchCurve, recordedRuns, trainFor } from './testing/follow-curve.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData('sample');
});

// cpu would take minutes a run; its arithmetic is proved by the packages' own suites.
describeBackends(
  'sections 1 to 3 on the embedded sample follow PyTorch',
  (backend) => {
    it.each(recordedRuns(curves, finals))('$run, seed $seed', async (recorded) => {
      const metrics = await trainFor(recorded.run, { seed: recorded.seed, data, backend });
      expectPyTorchCurve(metrics, recorded, data.test.length);
    });

    it('gives the same metrics, byte for byte, when it is run again', async () => {
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
  { backends: ['wasm', 'tensorflow'] },
);
