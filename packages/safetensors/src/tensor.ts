/**
 * The array type of each dtype. F16 and BF16, which JavaScript lacks, are stored as 16-bit words.
 */
export interface DtypeArrays {
  /** Double precision. */
  F64: Float64Array;
  /** Single precision, the usual dtype of training. */
  F32: Float32Array;
  /** IEEE half precision, as bits. */
  F16: Uint16Array;
  /** The upper half of a single-precision number, as bits. */
  BF16: Uint16Array;
  /** 64-bit integers, as bigints, since JavaScript's numbers cannot hold all of them. */
  I64: BigInt64Array;
  /** From −2³¹ to 2³¹ − 1. */
  I32: Int32Array;
  /** From −32768 to 32767. */
  I16: Int16Array;
  /** From −128 to 127. */
  I8: Int8Array;
  /** Bigints from 0 to 2⁶⁴ − 1. */
  U64: BigUint64Array;
  /** From 0 to 2³² − 1. */
  U32: Uint32Array;
  /** From 0 to 65535. */
  U16: Uint16Array;
  /** From 0 to 255. */
  U8: Uint8Array;
  /** 0 for false and 1 for true. */
  BOOL: Uint8Array;
}

/** The dtype of a tensor, by the format's own names. */
export type Dtype = keyof DtypeArrays;

/** A tensor of one dtype. */
export interface TypedTensor<D extends Dtype> {
  /** The dtype of the numbers. */
  readonly dtype: D;
  /** The size of each dimension; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** The numbers, the last dimension fastest. */
  readonly data: DtypeArrays[D];
}

/** A tensor of any dtype; `dtype` determines the array type of `data`. */
export type SafeTensor = { [D in Dtype]: TypedTensor<D> }[Dtype];
