import * as tf from '@tensorflow/tfjs-core';
import {
  checkOneOf,
  checkOptions,
  checkShape,
  expected,
  isPlain,
  type OptionNames,
  show,
  showShape,
} from '@trainkit/checks';
import type {
  Column,
  ColumnArray,
  ColumnDtype,
  ColumnSpec,
  ColumnValues,
  NestedArray,
} from './column-types.js';

/** A column in memory, row after row. */
export interface StoredColumn {
  /** The values; bytes stay bytes, whatever the dtype of batches. */
  readonly values: Float32Array | Int32Array | Uint8Array;
  /** The number of rows. */
  readonly length: number;
  /** The shape of one row. */
  readonly rowShape: readonly number[];
  /** The number of elements of one row. */
  readonly rowSize: number;
  /** The dtype of batches. */
  readonly dtype: ColumnDtype;
}

const WHERE = 'tensorDataset';
const SPEC: OptionNames<ColumnSpec> = { data: true, shape: true, dtype: true };
const DTYPES: readonly ColumnDtype[] = ['float32', 'int32', 'bool'];

/** Values with their own shape and dtype. */
interface Flat {
  data: ColumnArray | readonly number[];
  shape: readonly number[];
  dtype: ColumnDtype;
}

/** Copies a column, so that later changes by the caller do not change it. */
export function storeColumn(name: string, column: Column): StoredColumn {
  const { data, shape: given, dtype: asked } = isSpec(column) ? checkSpec(name, column) : { data: column };
  const flat = flatten(name, data);
  const shape = given ?? flat.shape;
  const dtype = asked ?? flat.dtype;
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== flat.data.length) {
    throw new RangeError(
      `${WHERE}: ${name}.shape is ${showShape(shape)}, which has ${size} elements; expected the ${flat.data.length} of ` +
        'its data. Write the shape of all examples together, [examples, …].',
    );
  }
  const [length, ...rowShape] = shape;
  if (length === undefined) {
    throw new RangeError(
      `${WHERE}: ${name} is a scalar; expected one row for each example. Write an array with one element for each.`,
    );
  }
  const rowSize = rowShape.reduce((product, side) => product * side, 1);
  return { values: storage(name, flat.data, dtype), length, rowShape, rowSize, dtype };
}

/**
 * The rows with these indices as a tensor of shape `[indices.length, …rowShape]`, which belongs to
 * the caller.
 */
export function gatherRows(column: StoredColumn, indices: readonly number[]): tf.Tensor {
  const { values, rowShape, rowSize, dtype } = column;
  const size = indices.length * rowSize;
  const rows =
    dtype === 'float32'
      ? new Float32Array(size)
      : dtype === 'int32'
        ? new Int32Array(size)
        : new Uint8Array(size);
  if (rowSize === 1) {
    for (let i = 0; i < indices.length; i++) rows[i] = values[indices[i]!]!;
  } else {
    for (let i = 0; i < indices.length; i++) {
      const start = indices[i]! * rowSize;
      rows.set(values.subarray(start, start + rowSize), i * rowSize);
    }
  }
  return tf.tensor(rows, [indices.length, ...rowShape], dtype);
}

function isSpec(column: Column): column is ColumnSpec {
  return (
    isPlain(column) && !(column instanceof tf.Tensor) && !Array.isArray(column) && !ArrayBuffer.isView(column)
  );
}

function checkSpec(name: string, spec: ColumnSpec): ColumnSpec {
  const { shape, dtype } = checkOptions(`${WHERE}: ${name}`, spec, SPEC);
  if (shape !== undefined) checkShape(WHERE, `${name}.shape`, shape);
  if (dtype !== undefined) checkOneOf(WHERE, `${name}.dtype`, dtype, DTYPES);
  return spec;
}

function flatten(name: string, data: ColumnValues): Flat {
  if (data instanceof tf.Tensor) {
    const { shape, dtype } = data;
    if (data.isDisposed)
      throw new Error(
        `${WHERE}: ${name} is a disposed tensor; expected a live one. Make the dataset before it is disposed.`,
      );
    if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool')
      return { data: data.dataSync(), shape, dtype };
  } else if (data instanceof Float32Array || data instanceof Float64Array) {
    return { data, shape: [data.length], dtype: 'float32' };
  } else if (data instanceof Int32Array || data instanceof Uint8Array || data instanceof Uint8ClampedArray) {
    return { data, shape: [data.length], dtype: 'int32' };
  } else if (Array.isArray(data)) {
    return flattenNested(name, data);
  }
  throw new TypeError(
    expected(
      WHERE,
      name,
      data,
      'a tensor of float32, int32 or bool, nested arrays, or a Float32Array, Float64Array, Int32Array, Uint8Array or ' +
        'Uint8ClampedArray',
      `Write ${name}: { data, shape: [examples, …] } for a typed array of rank 2 or more.`,
    ),
  );
}

function flattenNested(name: string, data: NestedArray): Flat {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  let booleans = 0;
  const walk = (value: unknown, depth: number, path: string): void => {
    if (Array.isArray(value) && value.length === shape[depth]) {
      // By index, since forEach skips the holes of a sparse array.
      for (let i = 0; i < value.length; i++) walk(value[i], depth + 1, `${path}[${i}]`);
    } else if (depth === shape.length && (typeof value === 'number' || typeof value === 'boolean')) {
      values.push(Number(value));
      if (typeof value === 'boolean') booleans++;
    } else {
      const form = depth === shape.length ? 'a number or a boolean' : `an array of ${shape[depth]} elements`;
      throw new TypeError(
        `${WHERE}: ${path} is ${show(value)}; expected ${form}, as in the first row. Write rows of equal length.`,
      );
    }
  };
  walk(data, 0, name);
  const isBool = booleans > 0 && booleans === values.length;
  return { data: values, shape, dtype: isBool ? 'bool' : 'float32' };
}

/** A copy of the values in the smallest array type that holds them for batches of this dtype. */
function storage(
  name: string,
  data: ColumnArray | readonly number[],
  dtype: ColumnDtype,
): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'bool') return Uint8Array.from(data, (value) => (value === 0 ? 0 : 1));
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return new Uint8Array(data);
  if (dtype === 'float32') return new Float32Array(data);
  if (!(data instanceof Int32Array)) {
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value === (value | 0)) continue;
      throw new RangeError(
        `${WHERE}: element ${i} of ${name} is ${value}; expected whole numbers of 32 bits for dtype int32. ` +
          "Write dtype: 'float32'.",
      );
    }
  }
  return new Int32Array(data);
}
