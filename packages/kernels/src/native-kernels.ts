import {
  backend,
  getBackend,
  type NumericDataType,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

/**
 * The kernels of `@trainkit/native`'s addon, and the memory of its tensors.
 *
 * The backend itself implements it; this package only looks at it, so that nothing is loaded.
 */
export interface NativeKernels {
  /** Marks the backend, for {@link nativeKernels}. */
  readonly runsNativeKernels: true;
  /** The kernels that the addon has. */
  has(kernel: string): boolean;
  /**
   * Runs a kernel of the addon on the memory of tensors, which it reads and writes as the kernel's own documentation
   * says; null stands for an array that is left out.
   *
   * @throws where the addon does not know the kernel, or the arrays do not go with the numbers
   */
  run(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void;
  /** A new tensor of undefined content, to be written by a kernel. */
  empty(shape: readonly number[], dtype?: NumericDataType): Tensor;
  /**
   * A tensor of the same numbers, to be overwritten. Where `donated`, and nobody else holds the memory of `tensor`,
   * that memory is reused, so that `tensor` changes with it and must not be read any more; else it is a copy.
   */
  donate(tensor: Tensor, donated: boolean): Tensor;
  /** The numbers of a float32 tensor, to be read or written at once and not kept: a later tensor gets the array. */
  floatsOf(tensor: TensorInfo): Float32Array;
}

/**
 * The native kernels of the active backend.
 *
 * They are not recorded for gradients: call them in the `native` version of a `defineKernel`.
 *
 * @throws where another backend is active
 */
export function nativeKernels(): NativeKernels {
  const active: unknown = backend();
  if (isNative(active)) return active;
  throw new Error(
    `nativeKernels: the kernels belong to the backend 'native'; the active one is '${getBackend()}'. ` +
      'Call them in the `native` version of a defineKernel, which only runs there.',
  );
}

/** Whether a backend is that of `@trainkit/native`. */
export function isNative(value: unknown): value is NativeKernels {
  return typeof value === 'object' && value !== null && 'runsNativeKernels' in value;
}
