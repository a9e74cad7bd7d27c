import { printable } from '@trainkit/checks';

/** A field that two configs differ in. */
export interface ConfigDifference {
  /** The dotted path of the field: `optimizer.learningRate`; empty for the whole. */
  field: string;
  /** The value in the first config; undefined if the field is missing. */
  before: unknown;
  /** The value in the second config; undefined if the field is missing. */
  now: unknown;
}

/**
 * All fields in which two values of plain JSON differ, in the first one's order; the order of keys
 * does not count.
 *
 * A list differs as a whole, and so does an object whose counterpart is not an object.
 *
 * @example
 * ```ts
 * import { configDifferences } from '@trainkit/trainer';
 *
 * const before = { layers: [8, 8], optimizer: { learningRate: 0.1 } };
 * const [first] = configDifferences(before, { ...before, optimizer: { learningRate: 0.2 } });
 * console.log(first?.field, first?.before, first?.now); // → optimizer.learningRate 0.1 0.2
 * ```
 */
export function configDifferences(before: unknown, now: unknown): ConfigDifference[] {
  return differencesAt('', before, now);
}

/** A difference as text: `optimizer.learningRate was 0.1 and is now 0.2`; long values are cut. */
export function differenceText({ field, before, now }: ConfigDifference): string {
  return printable(`${field || 'config'} was ${json(before)} and is now ${json(now)}`);
}

/**
 * The changes between two environments of a run, each as
 * `node was "v22.1.0" and is now "v24.0.0"`. All fields are compared, so the records contain
 * only factors that can change the last bits.
 *
 * @example
 * ```ts
 * import { environmentChanges } from '@trainkit/trainer';
 *
 * console.log(environmentChanges({ backend: 'cpu' }, { backend: 'wasm' })[0]); // → backend was "cpu" and is now "wasm"
 * ```
 */
export function environmentChanges(before: unknown, now: unknown): string[] {
  return configDifferences(before, now).map(differenceText);
}

function json(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function differencesAt(path: string, before: unknown, now: unknown): ConfigDifference[] {
  if (Object.is(before, now)) return [];
  if (isObject(before) && isObject(now)) {
    return fieldsOf(before, now).flatMap((key) =>
      differencesAt(path === '' ? key : `${path}.${key}`, Reflect.get(before, key), Reflect.get(now, key)),
    );
  }
  const isSameList =
    Array.isArray(before) &&
    Array.isArray(now) &&
    before.length === now.length &&
    before.every((value, i) => differencesAt('', value, now[i]).length === 0);
  return isSameList ? [] : [{ field: path, before, now }];
}

function fieldsOf(before: object, now: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
