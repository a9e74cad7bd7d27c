import { BINS } from '../activations.js';
import type { RunConfig } from '../config/run-config.js';
import { type RunResult, withPyTorch } from '../run-result.js';
import { SECTION_1 } from '../sections/section-1.js';

const config: Omit<RunConfig, 'run'> = {
  seed: 0,
  steps: 1407,
  batchSize: 128,
  optimizer: 'sgd',
  learningRate: 0.01,
  backend: 'wasm',
  data: { name: 'full', trainImages: 60000, testImages: 10000, sha256: '' },
};

/** Six finished runs with made-up curves, for what draws and writes results. */
export function fakeResults(changes: Partial<RunConfig> = {}): RunResult[] {
  return SECTION_1.runs.map((run, index) => {
    const steps = changes.steps ?? config.steps;
    const counts = new Array<number>(BINS).fill(index);
    counts[BINS / 2] = 10;
    return withPyTorch({
      run,
      config: { ...config, run: run.name, ...changes },
      folder: '',
      metrics: {
        train: Array.from({ length: steps }, (_, i) => ({
          step: i + 1,
          train_loss: 0.5 + (index + 1) / (i + 1),
          train_accuracy: 0.5,
        })),
        test: [{ step: steps, test_loss: 0.25 * index, test_accuracy: 0.8 - index / 10 }],
      },
      activations: ['net.1', 'net.3'].map((layer) => ({
        layer,
        units: 64,
        mean: 0,
        std: 0.1 * index,
        saturated: 0,
        counts,
      })),
    });
  });
}
