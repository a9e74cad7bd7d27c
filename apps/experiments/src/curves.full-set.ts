import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import curves from '../goldens/curves-full.json' with { type: 'json' };
import finals from '../goldens/finals-full.json' with { type: 'json' };
import { type Dataset, loadData } from './data.js';
import { expectPyTorchCurve, recordedRuns, trainFor } from './testing/follow-curve.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData(process.env['FASHION_MNIST_DIR']);
  expect(data.identity.name, 'set FASHION_MNIST_DIR to the folder of the four files').toBe('full');
});

describeBackends(
  'sections 1 to 3 on the full Fashion-MNIST follow PyTorch for whole epochs',
  (backend) => {
    it.each(recordedRuns(curves, finals))('$run, seed $seed', async (recorded) => {
      const metrics = await trainFor(recorded.run, { seed: recorded.seed, data, backend });
      expectPyTorchCurve(metrics, recorded, data.test.length);
    });
  },
  { backends: ['wasm', 'tensorflow'] },
);
