import {
  backend,
  type backend_util,
  type DataType,
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
  /**
   * A new float32 tensor of the numbers that `fill` writes, all of them, into its memory of any content. The array must
   * not be kept: a later tensor gets it.
   */
  filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor;
}

/** The rest of the backend of `@trainkit/native`: what records kernel calls, and replays them. */
export interface NativeRecording extends NativeKernels {
  /**
   * Tells a listener everything that touches the numbers of tensors, until it is null. Meanwhile `donate` always copies,
   * so that what was donated is as it was.
   */
  record(listener: NativeListener | null): void;
  /** A list of kernel calls, with memory of its own. */
  plan(arrays: readonly NativePlanArray[], calls: readonly NativePlanCall[]): NativePlan;
  /** The kernel by which {@link NativeKernels.donate} copies: an array, its copy, and their length. */
  readonly copyKernel: string;
  /** Returns true where a kernel looks at values, and refuses where these are not allowed, such as indices. */
  checksValues(kernel: string): boolean;
  /** True where nobody but this tensor holds its memory, so that {@link NativeKernels.donate} would reuse it. */
  owns(tensor: Pick<TensorInfo, 'dataId'>): boolean;
  /** True where data are this backend's. */
  hasData(dataId: TensorInfo['dataId']): boolean;
  /** The length of data, which may still be another backend's, and the dtype of their elements. */
  arrayKind(dataId: TensorInfo['dataId']): { dtype: DataType; length: number };
  /** The number of tensors that share data. */
  refCount(dataId: TensorInfo['dataId']): number;
  /** Counts one more tensor that shares data. */
  incRef(dataId: TensorInfo['dataId']): void;
  readSync(dataId: TensorInfo['dataId']): backend_util.BackendValues;
}

/** A listener to everything that touches the numbers of tensors. */
export interface NativeListener {
  /** Memory of undefined content was taken for a tensor. */
  allocated(tensor: TensorInfo): void;
  /** A kernel of the addon has run. */
  ran(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void;
  /** JavaScript has made data of values. */
  wrote(dataId: TensorInfo['dataId'], values: backend_util.BackendValues): void;
  /** JavaScript is about to read values. */
  reading(dataId: TensorInfo['dataId']): void;
  /** A kernel of the cpu backend is about to run. */
  fellBack(kernel: string, inputs: readonly TensorInfo[]): void;
}

/** An array that the calls of a {@link NativePlan} read or write. */
export type NativePlanArray = { dtype: 'float32' | 'int32' | 'bool'; length: number } & (
  | NativePlanGiven
  | NativePlanConstant
);

interface NativePlanGiven {
  /**
   * `given`: the array of a tensor that is given for each run. `memory`: the plan's own, undefined before the first call
   * that names it and after the last one. `number`: one float32 that is given for each run.
   */
  kind: 'given' | 'memory' | 'number';
}

interface NativePlanConstant {
  kind: 'constant';
  /** The elements, in every run. */
  values: ArrayLike<number>;
}

/** One call of a {@link NativePlan}. */
export interface NativePlanCall {
  /** The kernel by its name. */
  kernel: string;
  /** The arrays that it reads and writes, by their place among the plan's; −1 for one that is left out. */
  arrays: readonly number[];
  /** The numbers that the kernel takes. */
  numbers: readonly number[];
}

/** Kernel calls that run in order, by one call of the addon. */
export interface NativePlan {
  /**
   * Runs the calls.
   *
   * @param given the tensors of the given arrays, in order
   * @param numbers the values of the arrays that are numbers, in order
   * @throws where an array is not as the plan has it, or a kernel refuses: then the error's `call` is its number
   */
  run(given: readonly TensorInfo[], numbers: readonly number[]): void;
  /** Frees the memory. */
  dispose(): void;
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

/** The active backend where it is that of `@trainkit/native`, with what records its calls; else null. */
export function nativeRecording(): NativeRecording | null {
  const active: unknown = backend();
  return isNative(active) ? active : null;
}

/** Returns true where a backend is that of `@trainkit/native`. */
export function isNative(value: unknown): value is NativeRecording {
  return typeof value === 'object' && value !== null && 'runsNativeKernels' in value;
}
