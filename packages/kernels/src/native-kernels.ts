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
 * The backend implements it. This package only declares the interface, so that nothing is loaded.
 */
export interface NativeKernels {
  /** Marks the backend, for {@link nativeKernels}. */
  readonly runsNativeKernels: true;
  /** True if the addon has the kernel. */
  has(kernel: string): boolean;
  /**
   * Runs a kernel of the addon on the memory of tensors, which it reads and writes as the kernel's
   * own documentation says; null leaves an array out.
   *
   * @throws if the addon lacks the kernel, or the arrays do not fit the numbers
   */
  run(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void;
  /** A new tensor of undefined content, for a kernel to write. */
  empty(shape: readonly number[], dtype?: NumericDataType): Tensor;
  /**
   * A tensor of the same numbers, to be overwritten. If `donated`, and no other tensor shares the
   * memory of `tensor`, that memory is reused; `tensor` then changes too and must not be read any
   * more. Otherwise the result is a copy.
   */
  donate(tensor: Tensor, donated: boolean): Tensor;
  /**
   * Creates a float32 tensor whose numbers `fill` writes, all of them, into memory of any content.
   * Do not keep the array: a later tensor reuses it.
   */
  filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor;
}

/**
 * The native kernels of the active backend.
 *
 * Their calls are not recorded for gradients, so call them in the `native` version of a
 * `defineKernel`.
 *
 * @throws if another backend is active
 */
export function nativeKernels(): NativeKernels {
  const active: unknown = backend();
  if (isNative(active)) return active;
  throw new Error(
    `nativeKernels: the kernels belong to the backend 'native'; the active one is '${getBackend()}'. ` +
      'Call them in the `native` version of a defineKernel, which only runs there.',
  );
}

/** True if the backend is that of `@trainkit/native`. */
export function isNative(value: unknown): value is NativeKernels {
  return typeof value === 'object' && value !== null && 'runsNativeKernels' in value;
}
