import { firstDifference } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import { configToCompare } from './definition.js';
import type { RunDefinition } from './run.js';

/**
 * Returns the first setting in which a config differs from a run, whatever its length and data;
 * null if there is none. The settings decide, since a user may give any name to other settings.
 */
export function settingThatDiffers(run: RunDefinition, config: RunConfig): string | null {
  const { seed, maxSteps, evaluateEvery, backend, data } = config;
  const own = configToCompare(run, { seed: BigInt(seed), steps: maxSteps, backend, data });
  return firstDifference({ ...own, evaluateEvery }, config)?.field ?? null;
}
