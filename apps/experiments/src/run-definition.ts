import {
  type ExperimentConfig,
  type ExperimentOptions,
  experimentConfig,
} from './config/experiment-config.js';
import { checkTogether } from './config/experiment-schema.js';
import { checkLastBatch } from './config/last-batch.js';
import type { RunConfig } from './config/run-config.js';
import { seedToJson } from './config/seed.js';
import { UserError } from './user-error.js';

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

/** What a command decides of its runs. */
export interface RunChoices {
  seed: bigint;
  /** Cuts the run short, or makes it longer; undefined means the run's own length. */
  steps: number | undefined;
  /** Evaluates more or less often than the run would; a run that evaluates at its end alone still does. */
  evaluateEvery?: number | undefined;
  backend: RunConfig['backend'];
  data: RunConfig['data'];
}

/**
 * The whole config of a run that is to be made.
 *
 * @throws UserError where its settings do not fit each other or the data
 */
export function configOf(run: RunDefinition, choices: RunChoices): RunConfig {
  const config = configToCompare(run, choices);
  checkLastBatch(config);
  return config;
}

/** {@link configOf} for who only looks at runs that are there: they were trained, as far as they were. */
export function configToCompare(run: RunDefinition, choices: RunChoices): RunConfig {
  const { seed, steps, backend, data } = choices;
  const settings = data.name === 'sample' ? { ...run.settings, ...run.onSample } : run.settings;
  const config = experimentConfig(
    { ...settings, run: run.name, seed: seedToJson(seed), maxSteps: steps ?? 1 },
    run.name,
  );
  const { maxSteps, evaluateEvery } = lengthOf(run.length, { data, batchSize: config.batchSize });
  const whole = {
    ...config,
    maxSteps: steps ?? maxSteps,
    evaluateEvery: evaluateEvery === null ? null : (choices.evaluateEvery ?? evaluateEvery),
    backend,
    data,
  };
  const problem = checkTogether(whole);
  if (problem) throw new UserError(`${run.name}: ${problem}.`);
  return whole;
}

const SAMPLE_PART = 10;

function lengthOf(
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

/** A person's own experiment as a run: it is as long as its config says, on whatever data, and PyTorch has nothing beside it. */
export function ownRun({
  run,
  seed: _seed,
  maxSteps,
  evaluateEvery,
  ...settings
}: ExperimentConfig): RunDefinition {
  return {
    name: run,
    title: run,
    settings,
    length: { steps: maxSteps, evaluateEvery, sampleTenth: false },
    pytorch: null,
    sameSeed: false,
  };
}
