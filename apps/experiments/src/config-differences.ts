import type { ConfigDifference } from './config/run-difference.js';

/**
 * Every setting in which two configs differ, by its dotted name, in the first config's order.
 *
 * A setting that is null in one of them and an object in the other differs as a whole.
 */
export function configDifferences(before: object, now: object, prefix = ''): ConfigDifference[] {
  const [old, current] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((key) => {
    const [a, b]: unknown[] = [old.get(key), current.get(key)];
    const field = `${prefix}${key}`;
    if (isPlain(a) && isPlain(b)) return configDifferences(a, b, `${field}.`);
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ field, before: a, now: b }];
  });
}

/** A setting's value in words. */
export function settingInWords(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (!isPlain(value)) return Array.isArray(value) ? value.join('-') : String(value);
  const { kind, ...others }: { kind?: unknown } = value;
  const details = Object.entries(others).map(([key, each]) => `${key} ${settingInWords(each)}`);
  return kind === undefined ? details.join(', ') : `${String(kind)} (${details.join(', ')})`;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
