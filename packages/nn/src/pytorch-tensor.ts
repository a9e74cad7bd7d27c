import { type DataType, Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { float16, fromBfloat16 } from './half-floats.js';

interface Typed<D, A> {
  /** The dtype, by safetensors' names. */
  readonly dtype: D;
  /** The size of each dimension; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** The numbers, the last dimension fastest; for F16 and BF16 the bits, for BOOL 0 and 1. */
  readonly data: A;
}

/**
 * A tensor of PyTorch's as plain data: returned by `decodeSafetensors` of `@trainkit/safetensors`
 * and accepted by `encodeSafetensors`.
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

/** The array of each dtype. */
const DTYPES: Readonly<Record<Dtype, string>> = {
  F64: 'Float64Array',
  F32: 'Float32Array',
  F16: 'Uint16Array',
  BF16: 'Uint16Array',
  I64: 'BigInt64Array',
  I32: 'Int32Array',
  I16: 'Int16Array',
  I8: 'Int8Array',
  U64: 'BigUint64Array',
  U32: 'Uint32Array',
  U16: 'Uint16Array',
  U8: 'Uint8Array',
  BOOL: 'Uint8Array',
};

/** The reason why `value` is no PyTorchTensor, as a line of a report; null if it is one. */
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
  const expected = `${DTYPES[dtype]}(${shape.reduce((length, size) => length * size, 1)})`;
  const received =
    ArrayBuffer.isView(data) && 'length' in data
      ? `${Object.prototype.toString.call(data).slice(8, -1)}(${data.length})`
      : show(data);
  if (received === expected) return null;
  return `not a tensor: ${path} is ${dtype} [${shape.join(', ')}], whose data is ${expected}; received ${received}`;
}

/** The dtypes of TensorFlow.js that PyTorch's numbers are loaded into. */
export type LoadedDtype = 'float32' | 'int32' | 'bool';

/** Returns true for a dtype that PyTorch's numbers are loaded into. */
export function isLoadedDtype(dtype: DataType): dtype is LoadedDtype {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/**
 * The part of `value` that a dtype cannot hold, as a line of a report; null if it holds everything.
 * PyTorch converts between any two dtypes. Here no number may change, except by the rounding of F64
 * and of large integers to float32.
 */
export function lossOf(path: string, value: PyTorchTensor, into: LoadedDtype): string | null {
  const { dtype } = value;
  if (into === 'float32' && (dtype === 'F32' || dtype === 'F16' || dtype === 'BF16')) return null;
  const numbers = plainNumbers(value);
  const lost = numbers.findIndex((item: number | bigint) => !isHeld(Number(item), into));
  return lost < 0 ? null : `out of range: ${path} has a ${numbers[lost]}, which ${into} cannot hold`;
}

/** Converts the numbers of `value` to a dtype, as a new array. */
export function numbersOf(value: PyTorchTensor, into: LoadedDtype): Float32Array | Int32Array | Uint8Array {
  const plain = plainNumbers(value);
  const numbers =
    plain instanceof BigInt64Array || plain instanceof BigUint64Array
      ? Float64Array.from(plain, Number)
      : plain;
  if (into === 'float32') return new Float32Array(numbers);
  return into === 'int32' ? new Int32Array(numbers) : new Uint8Array(numbers);
}

/** The numbers themselves; F16 and BF16 are decoded. */
function plainNumbers(value: PyTorchTensor): PyTorchTensor['data'] {
  if (value.dtype === 'F16') return Float32Array.from(value.data, float16);
  return value.dtype === 'BF16' ? fromBfloat16(value.data) : value.data;
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
