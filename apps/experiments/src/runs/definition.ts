import { experimentConfig } from '../config/experiment-config.js';
import { checkLastBatch } from '../config/last-batch.js';
import { checkCombination, type ExperimentConfig, type RunConfig } from '../config/schema.js';
import { seedToJson } from '../config/seed.js';
import { UserError } from '../terminal/user-error.js';
import { lengthOf, type RunDefinition } from './run.js';

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
  const problem = checkCombination(whole);
  if (problem) throw new UserError(`${run.name}: ${problem}.`);
  return whole;
}

/** A person's own experiment as a run: it is as long as its config says, on whatever data, and PyTorch has nothing beside it. */
export function customRun({
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
