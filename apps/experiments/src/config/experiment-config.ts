import { UserError } from '../terminal/user-error.js';
import { describeProblems, sentenceOf } from './problems.js';
import {
  checkCombination,
  type ExperimentConfig,
  type ExperimentOptions,
  experimentConfigSchema,
  experimentFields,
  nestedKeys,
} from './schema.js';

/**
 * Checks an experiment's settings, and adds the defaults.
 *
 * @example
 * ```ts
 * import { experimentConfig } from '@trainkit/experiments';
 *
 * const config = experimentConfig({ run: 'ablation/mine', normalization: 'none', dropout: 0.15 });
 * console.log(config.optimizer, config.maxSteps); // → adamw 10000
 * ```
 *
 * @param where the source of the settings, for errors
 * @throws UserError that names the problem of every key, and for an unknown key the nearest known
 *   one
 */
export function experimentConfig(options: ExperimentOptions, where = 'The config'): ExperimentConfig {
  return parseExperimentConfig(options, where);
}

/** {@link experimentConfig} for values of unknown type. */
export function parseExperimentConfig(value: unknown, where: string): ExperimentConfig {
  const parsed = experimentConfigSchema.safeParse(value);
  const problems = parsed.success
    ? [checkCombination(parsed.data)].filter((problem) => problem !== null)
    : describeProblems(parsed.error, value, { '': Object.keys(experimentFields), ...nestedKeys });
  if (!parsed.success || problems.length > 0) throw new UserError(`${where}: ${sentenceOf(problems)}`);
  return parsed.data;
}
