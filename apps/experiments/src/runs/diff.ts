import { firstDifference } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import { configToCompare } from './definition.js';
import type { RunDefinition } from './run.js';

/**
 * The first setting in which a config is not that of a run, however long the config trains and wherever; null where there
 * is none. A name alone tells nothing: anybody may give it to settings of his own.
 */
export function settingThatDiffers(run: RunDefinition, config: RunConfig): string | null {
  const { seed, maxSteps, evaluateEvery, backend, data } = config;
  const own = configToCompare(run, { seed: BigInt(seed), steps: maxSteps, backend, data });
  return firstDifference({ ...own, evaluateEvery }, config)?.field ?? null;
}
