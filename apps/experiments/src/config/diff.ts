import { isPlain } from '@trainkit/checks';
import { type ConfigDifference, configDifferences } from '@trainkit/trainer';
import type { RunConfig } from './schema.js';

/**
 * Returns the first setting in which two configs differ, or null. A value that is not a config
 * differs as a whole.
 */
export function firstDifference(before: unknown, now: object): ConfigDifference | null {
  return configDifferences(before, now)[0] ?? null;
}

/**
 * Returns the first setting that separates the runs of two configs, or null for the same run. A
 * config with more steps is the same run, not yet finished; any other difference is another run.
 */
export function runDifference(before: unknown, now: RunConfig): ConfigDifference | null {
  const longer = isPlain(before) && 'maxSteps' in before && Number(before['maxSteps']) < now.maxSteps;
  return firstDifference(longer ? { ...before, maxSteps: now.maxSteps } : before, now);
}

/** Formats the value of a setting. */
export function formatSetting(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (!isPlain(value)) return Array.isArray(value) ? value.join('-') : String(value);
  const { kind, ...others }: { kind?: unknown } = value;
  const details = Object.entries(others).map(([key, each]) => `${key} ${formatSetting(each)}`);
  return kind === undefined ? details.join(', ') : `${String(kind)} (${details.join(', ')})`;
}
