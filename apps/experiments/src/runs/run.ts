import { z } from 'zod';
import type { ExperimentConfig, ExperimentOptions, RunConfig } from '../config/schema.js';
import { type Metrics, testSchema } from '../figures/metrics.js';
import type { PyTorchResult } from '../figures/pytorch-result.js';
import type { ActivationStatistics } from '../model/activation-statistics.js';
import type { Predictions } from '../model/prediction-summary.js';
import type { Session } from './environment.js';

/** One training run: of the exercise, or a user's own. */
export interface RunDefinition {
  /** The run's name on the command line and in the file system. */
  name: string;
  /** The run's name in the exercise. */
  title: string;
  /** The settings that differ from the defaults of an experiment. */
  settings: RunSettings;
  /**
   * The settings that differ on the sample, where a tenth of the steps needs a schedule of a tenth.
   */
  onSample?: RunSettings;
  /** The length of the training. */
  length: RunLength;
  /** The run of PyTorch with which tables compare it; null if there is none. */
  pytorch: string | null;
  /** True if it draws PyTorch's random numbers, so that the same seed gives both the same curve. */
  sameSeed: boolean;
}

/** The settings of an experiment without its name, seed and length. */
export type RunSettings = Omit<ExperimentOptions, 'run' | 'seed' | 'maxSteps' | 'evaluateEvery'>;

/** The length of a run, and the interval of evaluations before its end; null means none. */
export type RunLength = {
  evaluateEvery: number | null;
} & (
  | { epochs: number }
  | {
      steps: number;
      /**
       * True if the sample, a tenth of the data, gets a tenth of the steps with the same number of
       * evaluations.
       */
      sampleTenth: boolean;
      /**
       * True if `evaluateEvery` is the user's own, which applies to the sample too. Default: false.
       */
      ownEvaluateEvery?: boolean;
    }
);

const SAMPLE_PART = 10;

/** Returns the length of a run on some data, and the interval of evaluations before its end. */
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
  /** The last step. */
  step: z.int().positive(),
  /** True if early stopping ended it. */
  stoppedEarly: z.boolean(),
  /** The evaluation that counts: the last, or with early stopping the best. */
  test: testSchema,
  /** The best evaluation. */
  best: testSchema,
};

/** The end of a run. */
const endSchema = z.strictObject(endFields);

/** See {@link endSchema}. */
export type RunEnd = z.infer<typeof endSchema>;

/** The schema of `result.json`, whose existence means that the run ended. */
export const resultSchema = z.strictObject({
  ...endFields,
  /**
   * The SHA-256 of the run's files, so that manual changes are detected, also if the digests are
   * removed.
   */
  sha256: z
    .strictObject({
      /** The digest of `metrics.jsonl`; null if there was none. */
      metrics: z.string().nullable(),
      /** The digest of `model.safetensors`; null if there was none. */
      model: z.string().nullable(),
      /** The digest of everything else in this file. */
      result: z.string(),
    })
    .optional(),
});

/** The results in the folder of a finished run. */
export interface FinishedRun {
  end: RunEnd;
  metrics: Metrics;
  activations: ActivationStatistics[];
  /** The predictions of the trained model; null for runs of earlier releases. */
  predictions: Predictions | null;
  /** The last process that trained the run; null if its record is missing. */
  session: Session | null;
}

/** All results of a finished run, for tables, charts and the report. */
export interface RunResult extends FinishedRun {
  run: RunDefinition;
  config: RunConfig;
  folder: string;
  pytorch: PyTorchResult | null;
}
