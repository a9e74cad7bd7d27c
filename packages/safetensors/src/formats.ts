import { reversedItems, WRONG_BYTE_ORDER } from './byte-order.js';
import type { Dtype, DtypeArrays, SafeTensor, TypedTensor } from './tensor.js';

interface Format {
  /** The number of bytes of an element. */
  size: number;
  /** The name of the array's class. */
  array: string;
  /** Reads a tensor from little-endian bytes: a view if they are aligned, else a copy. */
  read: (bytes: Uint8Array, shape: readonly number[]) => SafeTensor;
}

interface TypedArrayClass<T> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

function format<D extends Dtype>(dtype: D, Data: TypedArrayClass<DtypeArrays[D]>) {
  const size = Data.BYTES_PER_ELEMENT;
  return {
    size,
    array: Data.name,
    read: (bytes: Uint8Array, shape: readonly number[]): TypedTensor<D> => {
      const isAligned = bytes.byteOffset % size === 0;
      const readable = WRONG_BYTE_ORDER ? reversedItems(bytes, size) : isAligned ? bytes : bytes.slice();
      return { dtype, shape, data: new Data(readable.buffer, readable.byteOffset, readable.length / size) };
    },
  };
}

/** The format of each dtype, in the order in which Python's safetensors writes them. */
const FORMATS: { readonly [D in Dtype]: Format } = {
  U64: format('U64', BigUint64Array),
  I64: format('I64', BigInt64Array),
  F64: format('F64', Float64Array),
  F32: format('F32', Float32Array),
  U32: format('U32', Uint32Array),
  I32: format('I32', Int32Array),
  BF16: format('BF16', Uint16Array),
  F16: format('F16', Uint16Array),
  U16: format('U16', Uint16Array),
  I16: format('I16', Int16Array),
  I8: format('I8', Int8Array),
  U8: format('U8', Uint8Array),
  BOOL: format('BOOL', Uint8Array),
};

/** All dtypes, those of the widest elements first, in the order of a file. */
export const DTYPES: readonly string[] = Object.keys(FORMATS);

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(FORMATS, value);
}

export function formatOf(dtype: Dtype): Format {
  return FORMATS[dtype];
}
