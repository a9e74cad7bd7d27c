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
 * @param where names in errors where the settings came from
 * @throws UserError that says of every key what is wrong, and of an unknown one which is nearest
 */
export function experimentConfig(options: ExperimentOptions, where = 'The config'): ExperimentConfig {
  return parseExperimentConfig(options, where);
}

/** {@link experimentConfig} of what came from outside. */
export function parseExperimentConfig(value: unknown, where: string): ExperimentConfig {
  const parsed = experimentConfigSchema.safeParse(value);
  const problems = parsed.success
    ? [checkCombination(parsed.data)].filter((problem) => problem !== null)
    : describeProblems(parsed.error, value, { '': Object.keys(experimentFields), ...nestedKeys });
  if (!parsed.success || problems.length > 0) throw new UserError(`${where}: ${sentenceOf(problems)}`);
  return parsed.data;
}
