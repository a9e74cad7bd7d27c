import { Tensor } from '@tensorflow/tfjs-core';

/** A short name for anything, for the end of an error: "received a tensor of shape [2, 3]". */
export function describeValue(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape [${value.shape.join(', ')}]`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** Throws unless `options` can be read as options, for callers without types: no rate in their place and no `null`. */
export function checkOptions(where: string, options: unknown, example = '{}'): void {
  if (
    typeof options === 'object' &&
    options !== null &&
    !(options instanceof Tensor) &&
    !Array.isArray(options)
  )
    return;
  const omitted = example === '{}' ? ', or left out' : '';
  throw new TypeError(
    `${where}: options is an object, like ${example}${omitted}; received ${describeValue(options)}.`,
  );
}
