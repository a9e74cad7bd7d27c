import { errorMessage, parseJson } from '@trainkit/checks';
import type { SafeTensor } from '@trainkit/safetensors';
import { isStateArray, MAX_DEPTH } from './freeze.js';
import { fromJsonNumber, toJsonNumber } from './json-numbers.js';
import type { StateArray } from './stateful.js';
import { type Frozen, isFrozenObject, TensorData } from './tensor-data.js';

/** The first character of special keys, which do not stand for an object with that key. */
const MARK = '$';

/** The text of a state, and its tensors and typed arrays by name. */
export interface TreeText {
  text: string;
  tensors: Record<string, SafeTensor>;
}

/**
 * Writes a state as JSON, with its tensors separately.
 *
 * - A tensor is `{"$tensor": name}`, a typed array `{"$array": name}`.
 * - A number that JSON lacks is `{"$number": "NaN"}`, a bigint `{"$bigint": "12"}`.
 * - An object with a key that begins with `$` is `{"$object": [[key, value], …]}`.
 *
 * @param skip leading parts of a tensor's path that its name leaves out
 */
export function writeTree(tree: Frozen, skip = 0): TreeText {
  const tensors: Record<string, SafeTensor> = {};
  const put = (path: readonly string[], tensor: SafeTensor): string => {
    const base = path.slice(skip).join('.') || 'value';
    let name = base;
    // `{ a: { b } }` and `{ 'a.b': … }` have one path; a file holds each name once.
    for (let i = 2; Object.hasOwn(tensors, name) || name === '__metadata__'; i++) name = `${base}#${i}`;
    tensors[name] = tensor;
    return name;
  };
  return { text: JSON.stringify(written(tree, [], put)), tensors };
}

function written(
  value: Frozen,
  path: readonly string[],
  put: (path: readonly string[], tensor: SafeTensor) => string,
): unknown {
  if (typeof value === 'bigint') return { $bigint: `${value}` };
  if (typeof value === 'number') return toJsonNumber(value);
  if (value instanceof TensorData) return { $tensor: put(path, toSafeTensor(value)) };
  if (isStateArray(value)) return { $array: put(path, arrayTensor(value)) };
  if (Array.isArray(value)) return value.map((item, i) => written(item, [...path, `${i}`], put));
  if (!isFrozenObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, written(item, [...path, key], put)] as const,
  );
  const isMarked = entries.some(([key]) => key.startsWith(MARK));
  return isMarked ? { $object: entries } : Object.fromEntries(entries);
}

/**
 * Reads the output of {@link writeTree}.
 *
 * @throws Error with a clause that names the fault, without the name of the file
 */
export function readTree({ text, tensors }: TreeText): Frozen {
  let json: unknown;
  try {
    // A special key adds a level too.
    json = parseJson(text, { maxDepth: 4 * MAX_DEPTH });
  } catch (error) {
    throw new Error(`its state is no JSON (${errorMessage(error)})`, { cause: error });
  }
  const take = (name: unknown): SafeTensor => {
    if (typeof name === 'string' && Object.hasOwn(tensors, name)) return tensors[name]!;
    throw new Error(`it lacks the tensor ${JSON.stringify(name)}`);
  };
  return read(json, 0, take);
}

function read(json: unknown, depth: number, take: (name: unknown) => SafeTensor): Frozen {
  if (depth > MAX_DEPTH) throw new Error(`its state is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(json)) return json.map((item) => read(item, depth + 1, take));
  if (json === null || typeof json === 'string' || typeof json === 'boolean' || typeof json === 'number')
    return json;
  if (typeof json !== 'object') throw new Error('its state is no JSON');
  const entries: [string, unknown][] = Object.entries(json);
  const [mark, value] = entries[0] ?? ['', undefined];
  if (!mark.startsWith(MARK)) {
    return Object.fromEntries(entries.map(([key, item]) => [key, read(item, depth + 1, take)]));
  }
  switch (mark) {
    case '$tensor':
      return fromSafeTensor(take(value));
    case '$array':
      return take(value).data.slice();
    case '$number': {
      const number = fromJsonNumber(value);
      if (number !== undefined) return number;
      break;
    }
    case '$bigint':
      if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
      break;
    case '$object':
      if (Array.isArray(value) && value.every(isEntry)) {
        return Object.fromEntries(value.map(([key, item]) => [key, read(item, depth + 1, take)]));
      }
      break;
  }
  throw new Error(`its state has ${JSON.stringify(mark)}, which this version does not know`);
}

function isEntry(value: unknown): value is [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}

/** A tensor's numbers in the format of a safetensors file. */
export function toSafeTensor({ dtype, shape, data }: TensorData): SafeTensor {
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  if (dtype === 'bool') return { dtype: 'BOOL', shape, data };
  throw new TypeError(`A tensor is ${dtype} and has a Uint8Array; expected bool.`);
}

function fromSafeTensor({ dtype, shape, data }: SafeTensor): TensorData {
  if (dtype === 'F32') return new TensorData('float32', shape, data.slice());
  if (dtype === 'I32') return new TensorData('int32', shape, data.slice());
  if (dtype === 'BOOL') return new TensorData('bool', shape, data.slice());
  throw new Error(`a tensor of it is ${dtype}, where F32, I32 or BOOL is expected`);
}

function arrayTensor(array: StateArray): SafeTensor {
  const shape = [array.length];
  if (array instanceof Float64Array) return { dtype: 'F64', shape, data: array };
  if (array instanceof Float32Array) return { dtype: 'F32', shape, data: array };
  if (array instanceof Int32Array) return { dtype: 'I32', shape, data: array };
  if (array instanceof Uint32Array) return { dtype: 'U32', shape, data: array };
  if (array instanceof Int16Array) return { dtype: 'I16', shape, data: array };
  if (array instanceof Uint16Array) return { dtype: 'U16', shape, data: array };
  if (array instanceof Int8Array) return { dtype: 'I8', shape, data: array };
  if (array instanceof BigInt64Array) return { dtype: 'I64', shape, data: array };
  if (array instanceof BigUint64Array) return { dtype: 'U64', shape, data: array };
  return { dtype: 'U8', shape, data: array };
}
