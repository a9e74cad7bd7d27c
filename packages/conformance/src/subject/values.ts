import { Tensor, tensor, Variable } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { Failure } from '../diagnosis/observation.js';

/** The numbers of a tensor, a variable, a typed array or nested arrays; null for anything else. */
export function numbersOf(value: unknown): number[] | null {
  if (value instanceof Tensor || isTensorLike(value)) return Array.from(value.dataSync());
  if (typeof value === 'number') return [value];
  if (value instanceof Float32Array || value instanceof Float64Array) return Array.from(value);
  if (!Array.isArray(value)) return null;
  const parts = value.map(numbersOf);
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

/** The shape of a value that {@link numbersOf} reads. */
export function shapeOf(value: unknown): readonly number[] {
  if (value instanceof Tensor || isTensorLike(value)) return value.shape;
  if (value instanceof Float32Array || value instanceof Float64Array) return [value.length];
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

/** The property of `owner` that has one of `names`, or undefined; null counts as absent. */
export function propertyOf(
  owner: object,
  names: readonly string[],
): { name: string; value: unknown } | undefined {
  for (const name of names) {
    const value: unknown = Reflect.get(owner, name);
    if (value !== undefined && value !== null) return { name, value };
  }
  return undefined;
}

/** Writes numbers into a property: a variable is assigned, an array filled, a tensor replaced. */
export function writeProperty(owner: object, names: readonly string[], numbers: readonly number[]): void {
  const found = propertyOf(owner, names);
  if (found === undefined) throw missing(names);
  const { name, value } = found;
  if (value instanceof Variable) {
    value.assign(tensor([...numbers], value.shape, 'float32'));
  } else if (value instanceof Tensor) {
    Reflect.set(owner, name, tensor([...numbers], value.shape, 'float32'));
  } else if (Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array) {
    for (const [i, number] of numbers.entries()) value[i] = number;
  } else {
    throw new Failure(
      'missing',
      `${name} is ${show(value)}; expected a tf.Variable, a tf.Tensor or an array.`,
    );
  }
}

/** A failure that names the missing property and the code to write. */
export function missing(names: readonly string[]): Failure {
  const [first = '', ...others] = names;
  const or = others.length > 0 ? ` (${others.join(' or ')} are accepted too)` : '';
  return new Failure('missing', `There is no property ${first}${or}. Write: this.${first} = tf.variable(…)`);
}

/** True for a tensor of another copy of TensorFlow.js, which `instanceof` does not recognize. */
function isTensorLike(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value;
}
