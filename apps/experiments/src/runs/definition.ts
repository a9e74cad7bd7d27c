import { experimentConfig } from '../config/experiment-config.js';
import { checkLastBatch } from '../config/last-batch.js';
import { checkCombination, type ExperimentConfig, type RunConfig } from '../config/schema.js';
import { seedToJson } from '../config/seed.js';
import { UserError } from '../terminal/user-error.js';
import { lengthOf, type RunDefinition } from './run.js';

/** The choices of a command for its runs. */
export interface RunChoices {
  seed: bigint;
  /** Number of steps; undefined means the run's own length. */
  steps: number | undefined;
  /** Number of steps between evaluations; a run that is only evaluated at its end stays so. */
  evaluateEvery?: number | undefined;
  backend: RunConfig['backend'];
  data: RunConfig['data'];
}

/**
 * Returns the complete config of a run to be trained.
 *
 * @throws UserError if its settings contradict each other or the data
 */
export function configOf(run: RunDefinition, choices: RunChoices): RunConfig {
  const config = configToCompare(run, choices);
  checkLastBatch(config);
  return config;
}

/** {@link configOf} for existing runs, without the checks for training. */
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

/**
 * Returns a user's own experiment as a run: it has the length of its config on all data, and no
 * results of PyTorch.
 */
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
