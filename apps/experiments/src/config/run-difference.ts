import type { RunConfig } from './run-config.js';

/** A field in which two configs differ, by its dotted name. */
export interface ConfigDifference {
  field: string;
  before: unknown;
  now: unknown;
}

/**
 * The first field that makes two configs those of two runs, or null where they are of one: more steps are the same run,
 * not yet finished, and any other difference is another run.
 */
export function runDifference(before: unknown, now: RunConfig): ConfigDifference | null {
  if (!isRecord(before)) return firstDifference(before, now);
  const { maxSteps } = now;
  const longer = Number(before['maxSteps']) < maxSteps;
  return firstDifference(longer ? { ...before, maxSteps } : before, now);
}

/** The first field in which two configs differ, or null. */
export function firstDifference(before: unknown, now: unknown, field = ''): ConfigDifference | null {
  if (Object.is(before, now)) return null;
  if (!isRecord(before) || !isRecord(now)) return { field, before, now };
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const difference = firstDifference(before[key], now[key], field ? `${field}.${key}` : key);
    if (difference) return difference;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
