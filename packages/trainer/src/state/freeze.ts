import { Tensor } from '@tensorflow/tfjs-core';
import { isPlain, show } from '@trainkit/checks';
import type { StateArray, StateTree } from './stateful.js';
import { type Frozen, readTensor, TensorData } from './tensor-data.js';

/** The largest depth of nested objects; deeper ones could overflow the stack of a reader. */
export const MAX_DEPTH = 64;

/** The typed arrays that a state may hold, by their names. */
const ARRAYS = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  BigInt64Array,
  BigUint64Array,
};

/** Returns true for a typed array that a state may hold; a Node `Buffer` is a Uint8Array. */
export function isStateArray(value: unknown): value is StateArray {
  return ArrayBuffer.isView(value) && Object.hasOwn(ARRAYS, String(Reflect.get(value, Symbol.toStringTag)));
}

/**
 * Copies the state of an object: JSON and typed arrays are copied, tensors are read.
 *
 * @param path the name of the state, the first word of errors
 * @throws TypeError naming the entry that is no state, by its path
 */
export async function freeze(path: string, value: unknown): Promise<Frozen> {
  // All tensors are found before the first is read: the tree must not change while a device
  // answers.
  const tensors = new Map<Tensor, string>();
  walk(path, value, 0, (tensor, at) => tensors.set(tensor, at));
  const entries = [...tensors];
  const read = await Promise.all(entries.map(([tensor, at]) => readTensor(at, tensor)));
  const data = new Map(entries.map(([tensor], i) => [tensor, read[i]!]));
  return copy(value, (tensor) => data.get(tensor)!);
}

/** Checks that a value is a state, and visits its tensors. */
function walk(
  path: string,
  value: unknown,
  depth: number,
  visit: (tensor: Tensor, path: string) => void,
): void {
  if (depth > MAX_DEPTH) {
    throw new RangeError(
      `${path.slice(0, 60)}… is nested deeper than ${MAX_DEPTH} levels; expected a state that ends. Look for an object that contains itself.`,
    );
  }
  if (value instanceof Tensor) {
    if (value.isDisposed) throw new Error(`${path} is a disposed tensor; expected a tensor with its data.`);
    visit(value, path);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) walk(`${path}[${i}]`, item, depth + 1, visit);
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) walk(`${path}.${key}`, item, depth + 1, visit);
    }
  } else if (!isLeaf(value) && !isStateArray(value)) {
    throw new TypeError(
      `${path} is ${show(value)}; expected plain JSON, a tensor or a typed array. Keep such values out of stateDict(), or write them as JSON.`,
    );
  }
}

/** Copies a state that {@link walk} has checked. */
function copy(value: unknown, dataOf: (tensor: Tensor) => TensorData): Frozen {
  if (value instanceof Tensor) return dataOf(value);
  if (isStateArray(value)) return copyArray(value);
  if (Array.isArray(value)) return value.map((item) => copy(item, dataOf));
  if (isPlain(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, dataOf)]));
  }
  if (isLeaf(value)) return value;
  throw new TypeError(`freeze: ${show(value)} was not checked.`);
}

/** Calls `use` with the state and new tensors, which are disposed afterwards. */
export async function withThawed<T>(frozen: Frozen, use: (state: StateTree) => T | Promise<T>): Promise<T> {
  const made: Tensor[] = [];
  try {
    return await use(thaw(frozen, made));
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** The state with new tensors, which belong to the caller; each is added to `made`. */
export function thaw(frozen: Frozen, made: Tensor[] = []): StateTree {
  if (frozen instanceof TensorData) {
    const tensor = frozen.toTensor();
    made.push(tensor);
    return tensor;
  }
  if (isStateArray(frozen)) return copyArray(frozen);
  if (Array.isArray(frozen)) return frozen.map((item) => thaw(item, made));
  if (isPlain(frozen)) {
    return Object.fromEntries(Object.entries(frozen).map(([key, item]) => [key, thaw(item, made)]));
  }
  if (isLeaf(frozen)) return frozen;
  throw new TypeError(`thaw: ${show(frozen)} is no frozen state.`);
}

/** A copy in new memory, at the array's own alignment. */
function copyArray(array: StateArray): StateArray {
  const name = String(Reflect.get(array, Symbol.toStringTag)) as keyof typeof ARRAYS;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
  return new ARRAYS[name](bytes.buffer);
}

function isLeaf(value: unknown): value is null | boolean | number | bigint | string {
  return value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value);
}
