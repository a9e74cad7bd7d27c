import type { TensorInfo } from '@tensorflow/tfjs-core';

/** A dtype whose data are an array that the addon takes. */
export type NativeDtype = 'float32' | 'int32' | 'bool';

/** Returns true where the addon takes data of this dtype. */
export function isNativeDtype(dtype: string): dtype is NativeDtype {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** Returns true where all tensors are of this dtype. */
export function areAll(dtype: string, ...tensors: TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === dtype);
}

/** A tensor whose data the addon takes. */
export type NativeInfo = TensorInfo & { dtype: NativeDtype };

/** Returns true where the addon takes the data of this tensor. */
export function isNative(tensor: TensorInfo): tensor is NativeInfo {
  return isNativeDtype(tensor.dtype);
}
