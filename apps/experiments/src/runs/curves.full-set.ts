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

/** The runs and seeds whose whole epochs are compared on every backend. */
const WHOLE = new Set(['init/xavier 0', 'norm/batchnorm 4294979641']);

describeBackends(
  'sections 1 to 3 on the full Fashion-MNIST follow PyTorch for whole epochs',
  (backend) => {
    const runs = recordedRuns(curves, finals);
    // The other backends are compared over whole epochs for all runs on the sample, and for two on
    // the full set.
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
 * Runs and seeds for which two correct implementations diverge within the first ten steps. Only the
 * steps before that are compared.
 *
 * In the large seed's first batch one value before a relu rounds to a positive number in PyTorch
 * and to a negative one in TensorFlow. One image's gradient differs, and AdamW moves the weights of
 * that unit differently; all other gradients agree. With LayerNorm and seed 0 PyTorch itself
 * diverges from its recorded curve at the same step, by the same 1.2e-3, when it runs on its plain
 * kernels with two threads.
 */
const PARTS = new Set([
  `optimizer/adamw ${2 ** 32 + 12345}`,
  `ablation/no_ln_no_dropout ${2 ** 32 + 12345}`,
  'ablation/layernorm_only 0',
]);

/**
 * The same on native, whose products have PyTorch's bits on AVX-512. PyTorch itself diverges there
 * from its recorded curve, made on another processor, at the same step by the same 2.1e-4.
 */
const PARTS_ON_NATIVE = new Set(['optimizer/sgd 0']);

/**
 * The seeds whose mean is compared, for runs in which a single seed varies too much; as many as in
 * PyTorch's mean. AdamW's last evaluation after 3,000 steps has a standard deviation of 0.4 points
 * over seeds, in PyTorch and here, and over the roundings of processors. The longer runs of
 * ablation/ need one seed.
 */
const SEEDS: Readonly<Record<string, readonly string[]>> = { 'optimizer/adamw': ['0', '1', '2'] };

describeBackends(
  'section 6 on the full Fashion-MNIST follows PyTorch',
  (backend) => {
    const parts = backend === 'native' ? PARTS_ON_NATIVE : PARTS;
    const heads = recordedHeads(curves, ['optimizer', 'ablation']).map((head) =>
      parts.has(`${head.run} ${head.seed}`) ? { ...head, curve: head.curve.slice(0, 5) } : head,
    );
    it.each(heads)('for the first 20 steps: $run, seed $seed', async (recorded) => {
      const options = { seed: recorded.seed, steps: recorded.curve.length, data, backend };
      expectPyTorchHead(await trainFor(recorded.run, options), recorded, backend === 'native' ? 1e-4 : 1e-3);
    });
  },
  { backends: ['native', 'tensorflow'] },
);

describeBackends(
  'section 6 on the full Fashion-MNIST ends where PyTorch does',
  (backend) => {
    // The means of PyTorch over several seeds, by the protocol that reference-means.json describes.
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
