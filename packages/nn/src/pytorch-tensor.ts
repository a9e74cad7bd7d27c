import { type DataType, Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { float16, fromBfloat16 } from './half-floats.js';

interface Typed<D, A> {
  /** What the numbers are, in the words of safetensors. */
  readonly dtype: D;
  /** The size of each dimension; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** The numbers, the last dimension running fastest; of F16 and BF16 the bits, of BOOL 0 and 1. */
  readonly data: A;
}

/**
 * A tensor of PyTorch's as plain data: what `decodeSafetensors` of `@trainkit/safetensors` gives and
 * `encodeSafetensors` takes.
 */
export type PyTorchTensor =
  | Typed<'F64', Float64Array>
  | Typed<'F32', Float32Array>
  | Typed<'F16', Uint16Array>
  | Typed<'BF16', Uint16Array>
  | Typed<'I64', BigInt64Array>
  | Typed<'I32', Int32Array>
  | Typed<'I16', Int16Array>
  | Typed<'I8', Int8Array>
  | Typed<'U64', BigUint64Array>
  | Typed<'U32', Uint32Array>
  | Typed<'U16', Uint16Array>
  | Typed<'U8', Uint8Array>
  | Typed<'BOOL', Uint8Array>;

type Dtype = PyTorchTensor['dtype'];

/** The array of each dtype, and what it becomes in TensorFlow.js. */
const DTYPES: Readonly<Record<Dtype, readonly [array: string, becomes: DataType]>> = {
  F64: ['Float64Array', 'float32'],
  F32: ['Float32Array', 'float32'],
  F16: ['Uint16Array', 'float32'],
  BF16: ['Uint16Array', 'float32'],
  I64: ['BigInt64Array', 'int32'],
  I32: ['Int32Array', 'int32'],
  I16: ['Int16Array', 'int32'],
  I8: ['Int8Array', 'int32'],
  U64: ['BigUint64Array', 'int32'],
  U32: ['Uint32Array', 'int32'],
  U16: ['Uint16Array', 'int32'],
  U8: ['Uint8Array', 'int32'],
  BOOL: ['Uint8Array', 'bool'],
};

/** Why `value` is no PyTorchTensor, as a line of a report; null where it is one. */
export function faultOf(path: string, value: unknown): string | null {
  if (value instanceof Tensor) return `not plain data: ${path} is a tf.Tensor; loadStateDict takes those`;
  if (!isRecord(value)) {
    return `not a tensor: ${path} is ${show(value)}; write { dtype, shape, data }, as decodeSafetensors gives it`;
  }
  const { dtype, shape, data } = value;
  if (!isDtype(dtype)) {
    const known = Object.keys(DTYPES).join(', ');
    return `not a tensor: ${path} has the dtype ${show(dtype)}; those there are: ${known}`;
  }
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    return `not a tensor: ${path} has the shape ${show(shape)}; it must be a list of whole numbers, [] for a scalar`;
  }
  const expected = `${DTYPES[dtype][0]}(${shape.reduce((length, size) => length * size, 1)})`;
  const received =
    ArrayBuffer.isView(data) && 'length' in data
      ? `${Object.prototype.toString.call(data).slice(8, -1)}(${data.length})`
      : show(data);
  if (received === expected) return null;
  return `not a tensor: ${path} is ${dtype} [${shape.join(', ')}], whose data is ${expected}; received ${received}`;
}

/** The dtype of TensorFlow.js that `value` becomes. */
export function becomes({ dtype }: PyTorchTensor): DataType {
  return DTYPES[dtype][1];
}

/** What of `value` TensorFlow.js cannot hold, as a line of a report; null where it holds all. */
export function lossOf(path: string, value: PyTorchTensor): string | null {
  const { dtype, data } = value;
  if (dtype === 'F32' || dtype === 'F16' || dtype === 'BF16') return null;
  const into = becomes(value);
  const lost = data.findIndex((item: number | bigint) => !isHeld(Number(item), into));
  return lost < 0 ? null : `out of range: ${path} has a ${data[lost]}, which ${into} cannot hold`;
}

/** The numbers of `value` as those of {@link becomes}, in an array of their own. */
export function numbersOf(value: PyTorchTensor): Float32Array | Int32Array | Uint8Array {
  switch (value.dtype) {
    case 'F32':
      return value.data.slice();
    case 'F64':
      return new Float32Array(value.data);
    case 'F16':
      return Float32Array.from(value.data, float16);
    case 'BF16':
      return fromBfloat16(value.data);
    case 'BOOL':
      return new Uint8Array(value.data);
    case 'I64':
    case 'U64':
      return Int32Array.from(value.data, Number);
    default:
      return new Int32Array(value.data);
  }
}

function isHeld(item: number, dtype: DataType): boolean {
  if (dtype === 'float32') return !Number.isFinite(item) || Number.isFinite(Math.fround(item));
  return dtype === 'int32' ? item === (item | 0) : item === 0 || item === 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(DTYPES, value);
}
