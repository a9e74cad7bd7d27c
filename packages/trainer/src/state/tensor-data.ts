import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import type { StateArray } from './stateful.js';

/** The dtypes of tensors that a state holds. */
export type TensorDtype = 'float32' | 'int32' | 'bool';

/**
 * A tensor's numbers, copied out of the backend: later updates of the tensor do not change them.
 */
export class TensorData {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;

  constructor(dtype: TensorDtype, shape: readonly number[], data: Float32Array | Int32Array | Uint8Array) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** Returns a new tensor of the same numbers, which belongs to the caller. */
  toTensor(): Tensor {
    // Copied, since the cpu and wasm backends may keep the array itself.
    return tensor(this.data.slice(), [...this.shape], this.dtype);
  }
}

/** A state without tensors: numbers in memory that never change. */
export type Frozen =
  | null
  | boolean
  | number
  | bigint
  | string
  | TensorData
  | StateArray
  | readonly Frozen[]
  | FrozenObject;

/** Frozen states by name. */
export interface FrozenObject {
  readonly [key: string]: Frozen;
}

/** Returns true for an object of frozen states by name. */
export function isFrozenObject(value: Frozen | undefined): value is FrozenObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof TensorData) &&
    !ArrayBuffer.isView(value)
  );
}

/** Reads a tensor's numbers. */
export async function readTensor(path: string, value: Tensor): Promise<TensorData> {
  const { dtype, shape } = value;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new TypeError(
      `${path} is ${show(value)}; expected a float32, int32 or bool tensor. Keep texts as plain JSON, complex numbers as two tensors.`,
    );
  }
  const data: Float32Array | Int32Array | Uint8Array = await value.data();
  return new TensorData(dtype, [...shape], data.slice());
}
