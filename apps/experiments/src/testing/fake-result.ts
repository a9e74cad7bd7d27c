import type { TestMetrics } from '../figures/metrics.js';
import { withPyTorch } from '../figures/pytorch.js';
import { BINS } from '../model/activation-statistics.js';
import { configOf, type RunChoices } from '../runs/definition.js';
import type { RunDefinition, RunResult } from '../runs/run.js';
import { SECTION_1 } from '../sections/1-initialization/index.js';

/** The properties of a fake run; omitted ones have made-up values. */
export interface FakeRun extends Partial<RunChoices> {
  /** The train loss of every step, which also sets the number of steps. */
  losses?: readonly number[];
  /** The train accuracy of every step. */
  trainAccuracy?: number;
  /** The evaluations, the last one after the last step. */
  tests?: readonly TestMetrics[];
  activations?: RunResult['activations'];
  predictions?: RunResult['predictions'];
  session?: RunResult['session'];
}

const FULL: RunChoices['data'] = { name: 'full', trainImages: 60000, testImages: 10000, sha256: '' };

/** The data of runs on the sample. */
export const SAMPLE: RunChoices['data'] = {
  name: 'sample',
  trainImages: 6000,
  testImages: 1000,
  sha256: '',
};

/** Returns a finished run, as read from its folder. */
export function fakeResult(run: RunDefinition, fake: FakeRun = {}): RunResult {
  const { seed = 0n, steps = fake.losses?.length, evaluateEvery, backend = 'wasm', data = FULL } = fake;
  const config = configOf(run, { seed, steps, evaluateEvery, backend, data });
  const losses = fake.losses ?? Array.from({ length: config.maxSteps }, (_, i) => 0.5 + 1 / (i + 1));
  const step = losses.length;
  const tests = fake.tests ?? [{ step, test_loss: 0.5, test_accuracy: 0.8 }];
  const [last] = tests.slice(-1);
  if (!last) throw new Error('The run has no evaluation; expected at least one.');
  const best = tests.reduce((best, test) => (test.test_loss < best.test_loss ? test : best));
  return withPyTorch({
    run,
    config,
    folder: `runs/${run.name}/seed-${seed}`,
    end: { step, stoppedEarly: false, test: last, best },
    metrics: {
      train: losses.map((loss, index) => ({
        step: index + 1,
        train_loss: loss,
        train_accuracy: fake.trainAccuracy ?? 0.5,
        learning_rate: config.learningRate,
      })),
      test: [...tests],
    },
    activations: fake.activations ?? [],
    predictions: fake.predictions ?? null,
    session: fake.session ?? null,
  });
}

/** Returns section 1's six runs, finished, with made-up curves, for tests of charts and reports. */
export function fakeResults(choices: Partial<RunChoices> = {}): RunResult[] {
  return SECTION_1.runs.map((run, index) => {
    const { config } = fakeResult(run, choices);
    const step = config.maxSteps;
    const counts = new Array<number>(BINS).fill(index);
    counts[BINS / 2] = 10;
    return fakeResult(run, {
      ...choices,
      losses: Array.from({ length: step }, (_, i) => 0.5 + (index + 1) / (i + 1)),
      tests: [{ step, test_loss: 0.25 * index, test_accuracy: 0.8 - index / 10 }],
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
