import { isPlain } from '@trainkit/checks';
import { type ConfigDifference, configDifferences } from '@trainkit/trainer';
import type { RunConfig } from './schema.js';

/** The first setting in which two configs differ, or null; what is no config at all differs as a whole. */
export function firstDifference(before: unknown, now: object): ConfigDifference | null {
  return configDifferences(before, now)[0] ?? null;
}

/**
 * The first setting that makes two configs those of two runs, or null where they are of one: more steps are the same run,
 * not yet finished, and any other difference is another run.
 */
export function runDifference(before: unknown, now: RunConfig): ConfigDifference | null {
  const longer = isPlain(before) && 'maxSteps' in before && Number(before['maxSteps']) < now.maxSteps;
  return firstDifference(longer ? { ...before, maxSteps: now.maxSteps } : before, now);
}

/** A setting's value in words. */
export function settingInWords(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (!isPlain(value)) return Array.isArray(value) ? value.join('-') : String(value);
  const { kind, ...others }: { kind?: unknown } = value;
  const details = Object.entries(others).map(([key, each]) => `${key} ${settingInWords(each)}`);
  return kind === undefined ? details.join(', ') : `${String(kind)} (${details.join(', ')})`;
}
