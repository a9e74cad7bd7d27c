import { describeBackends } from '@trainkit/testing';
import { beforeAll, expect, it } from 'vitest';
import curves from '../../goldens/curves-full.json' with { type: 'json' };
import finals from '../../goldens/finals-full.json' with { type: 'json' };
import means from '../../goldens/reference-means.json' with { type: 'json' };
import { type Dataset, loadData } from '../data/load.js';
import { mean } from '../figures/statistics.js';
import {
  expectPyTorchCurve,
  expectPyTorchHead,
  recordedHeads,
  recordedRuns,
  trainFor,
} from '../testing/follow-curve.js';

let data: Dataset;
beforeAll(async () => {
  data = await loadData(process.env['FASHION_MNIST_DIR']);
  expect(data.identity.name, 'set FASHION_MNIST_DIR to the folder of the four files').toBe('full');
});

/** The runs and seeds whose whole epochs every backend follows. */
const WHOLE = new Set(['init/xavier 0', 'norm/batchnorm 4294979641']);

describeBackends(
  'sections 1 to 3 on the full Fashion-MNIST follow PyTorch for whole epochs',
  (backend) => {
    const runs = recordedRuns(curves, finals);
    // The other backends follow whole epochs of all runs on the sample, and of two on the full set.
    const compared =
      backend === 'native' ? runs : runs.filter(({ run, seed }) => WHOLE.has(`${run} ${seed}`));
    it.each(compared)('$run, seed $seed', async (recorded) => {
      const metrics = await trainFor(recorded.run, { seed: recorded.seed, data, backend });
      expectPyTorchCurve(metrics, recorded, data.test.length);
    });
  },
  { backends: ['native', 'tensorflow', 'wasm'] },
);

/**
 * Where two correct implementations part within the first ten steps, by run and seed; the steps before that are compared.
 *
 * Of the large seed's first batch one value before a relu is 3.4e-7 in double precision, +8.3e-7 in PyTorch and -8.3e-7 in
 * TensorFlow: one gradient of one image more or less, and AdamW moves 112 of the 401,408 weights of that layer otherwise (all
 * other gradients are equal to 1.5e-7). With LayerNorm and seed 0 PyTorch itself parts in the same place from the recorded curve, by
 * the same 1.2e-3 at step 9, when it runs on its plain kernels with two threads.
 */
const PARTS = new Set([
  `optimizer/adamw ${2 ** 32 + 12345}`,
  `ablation/no_ln_no_dropout ${2 ** 32 + 12345}`,
  'ablation/layernorm_only 0',
]);

/**
 * Where one seed does not tell: the seeds whose mean is compared, as many as PyTorch's mean has. After 3,000 steps AdamW's last
 * evaluation is off by 0.4 points from seed to seed, in PyTorch and here, and from one processor's rounding to another's; after the
 * 10,000 of ablation/ the four runs of one seed were within half a point.
 */
const SEEDS: Readonly<Record<string, readonly string[]>> = { 'optimizer/adamw': ['0', '1', '2'] };

describeBackends(
  'section 6 on the full Fashion-MNIST follows PyTorch',
  (backend) => {
    const heads = recordedHeads(curves, ['optimizer', 'ablation']).map((head) =>
      PARTS.has(`${head.run} ${head.seed}`) ? { ...head, curve: head.curve.slice(0, 5) } : head,
    );
    it.each(heads)('for the first 20 steps: $run, seed $seed', async (recorded) => {
      const options = { seed: recorded.seed, steps: recorded.curve.length, data, backend };
      expectPyTorchHead(await trainFor(recorded.run, options), recorded, backend);
    });
  },
  { backends: ['native', 'tensorflow'] },
);

describeBackends(
  'section 6 on the full Fashion-MNIST ends where PyTorch does',
  (backend) => {
    // Means of PyTorch's over several seeds, from a protocol of its own: reference-means.json says which.
    it.each(Object.entries(means.accuracies))('ends within a point of PyTorch: %s', async (run, theirs) => {
      const ends: number[] = [];
      for (const seed of SEEDS[run] ?? ['0']) {
        const { test } = await trainFor(run, { seed, data, backend });
        ends.push(test.at(-1)?.test_accuracy ?? Number.NaN);
      }
      expect(Math.abs(mean(ends) - theirs), `${ends}`).toBeLessThanOrEqual(0.01);
    });
  },
  { backends: ['native'] },
);
