import { z } from 'zod';
import type { ExperimentConfig, ExperimentOptions, RunConfig } from '../config/schema.js';
import { type Metrics, testSchema } from '../figures/metrics.js';
import type { PyTorchResult } from '../figures/pytorch-result.js';
import type { ActivationStatistics } from '../model/activation-statistics.js';

/** One training run: of the exercise, or a person's own. */
export interface RunDefinition {
  /** What the run is called on the command line and in the file system. */
  name: string;
  /** What the exercise calls it. */
  title: string;
  /** What differs from the defaults of an experiment. */
  settings: RunSettings;
  /** What differs from `settings` on the sample, where a tenth of the steps wants a schedule of a tenth. */
  onSample?: RunSettings;
  /** How long it is trained. */
  length: RunLength;
  /** The PyTorch run beside which it stands in tables; null where there is none. */
  pytorch: string | null;
  /** Whether it draws PyTorch's random numbers, so that one seed gives both the same curve. */
  sameSeed: boolean;
}

/** What an experiment is apart from its name, its seed and its length. */
export type RunSettings = Omit<ExperimentOptions, 'run' | 'seed' | 'maxSteps' | 'evaluateEvery'>;

/** How long a run is trained, and how often it is evaluated before its end; null means not at all. */
export type RunLength = {
  evaluateEvery: number | null;
} & (
  | { epochs: number }
  | {
      steps: number;
      /** Whether the sample, a tenth of the data, gets a tenth of the steps, and is evaluated as many times. */
      sampleTenth: boolean;
      /** Whether `evaluateEvery` is a person's own, which holds on the sample too. Default: false. */
      ownEvaluateEvery?: boolean;
    }
);

const SAMPLE_PART = 10;

/** How long a run is on some data, and how often it is evaluated before its end. */
export function lengthOf(
  length: RunLength,
  { data, batchSize }: { data: RunConfig['data']; batchSize: number },
): Pick<ExperimentConfig, 'maxSteps' | 'evaluateEvery'> {
  const { evaluateEvery } = length;
  if ('epochs' in length) {
    return { maxSteps: length.epochs * Math.ceil(data.trainImages / batchSize), evaluateEvery };
  }
  const part = data.name === 'sample' && length.sampleTenth ? SAMPLE_PART : 1;
  return {
    maxSteps: Math.ceil(length.steps / part),
    evaluateEvery:
      evaluateEvery === null || length.ownEvaluateEvery ? evaluateEvery : Math.ceil(evaluateEvery / part),
  };
}

const endFields = {
  /** The step that it ended at. */
  step: z.int().positive(),
  /** Whether early stopping ended it. */
  stoppedEarly: z.boolean(),
  /** The evaluation that counts: the last, or with early stopping the best. */
  test: testSchema,
  /** The best evaluation. */
  best: testSchema,
};

/** How a run ended. */
const endSchema = z.strictObject(endFields);

/** See {@link endSchema}. */
export type RunEnd = z.infer<typeof endSchema>;

/** `result.json`, whose being there says that the run ended. */
export const resultSchema = z.strictObject({
  ...endFields,
  /** The SHA-256 of what the run left: what is changed by hand is noticed, and so is that they are taken out. */
  sha256: z
    .strictObject({
      /** Of `metrics.jsonl`; null where there was none. */
      metrics: z.string().nullable(),
      /** Of `model.safetensors`; null where there was none. */
      model: z.string().nullable(),
      /** Of everything else in this file. */
      result: z.string(),
    })
    .optional(),
});

/** What a finished run left in its folder. */
export interface FinishedRun {
  end: RunEnd;
  metrics: Metrics;
  activations: ActivationStatistics[];
}

/** All that is known of a finished run: what tables, pictures and the report are made of. */
export interface RunResult extends FinishedRun {
  run: RunDefinition;
  config: RunConfig;
  folder: string;
  pytorch: PyTorchResult | null;
}
