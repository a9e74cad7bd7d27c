/** A field that two configs differ in. */
export interface ConfigDifference {
  /** The path of the field: `optimizer.learningRate`, `layers[2]`. */
  field: string;
  /** Its values; undefined where it is missing. */
  before: unknown;
  now: unknown;
}

/** All fields in which two values of plain JSON differ, in their order; the order of keys does not count. */
export function configDifferences(before: unknown, now: unknown, path = ''): ConfigDifference[] {
  if (Object.is(before, now)) return [];
  if (!isContainer(before) || !isContainer(now) || Array.isArray(before) !== Array.isArray(now)) {
    return [{ field: path, before, now }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => {
    const inner = Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return configDifferences(Reflect.get(before, key), Reflect.get(now, key), inner);
  });
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
