import { backend, type backend_util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import { isNative, type NativeKernels } from './native-kernels.js';

/**
 * The rest of the backend of `@trainkit/native`: the part that records kernel calls and replays
 * them.
 */
export interface NativeRecording extends NativeKernels {
  /**
   * Notifies a listener of every access to the numbers of tensors, until it is set to null.
   * Meanwhile `donate` always copies, so that donated tensors stay unchanged.
   */
  record(listener: NativeListener | null): void;
  /** Creates a list of kernel calls with its own memory. */
  plan(arrays: readonly NativePlanArray[], calls: readonly NativePlanCall[]): NativePlan;
  /**
   * The kernel by which {@link NativeKernels.donate} copies: an array, its copy, and their length.
   */
  readonly copyKernel: string;
  /** Returns true for a kernel that looks at values, such as indices, and refuses some. */
  checksValues(kernel: string): boolean;
  /**
   * True if no other tensor shares the memory of this one, so that {@link NativeKernels.donate}
   * would reuse it.
   */
  owns(tensor: Pick<TensorInfo, 'dataId'>): boolean;
  /** True if the data belong to this backend. */
  hasData(dataId: TensorInfo['dataId']): boolean;
  /**
   * The length of the data, which may still be another backend's, and the dtype of their elements.
   */
  arrayKind(dataId: TensorInfo['dataId']): { dtype: DataType; length: number };
  /** The number of tensors that share data. */
  refCount(dataId: TensorInfo['dataId']): number;
  /** Counts one more tensor that shares data. */
  incRef(dataId: TensorInfo['dataId']): void;
  readSync(dataId: TensorInfo['dataId']): backend_util.BackendValues;
}

/** Receives every access to the numbers of tensors. */
export interface NativeListener {
  /** Called after memory of undefined content was allocated for a tensor. */
  allocated(tensor: TensorInfo): void;
  /** Called after a kernel of the addon has run. */
  ran(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void;
  /** Called after JavaScript has written values. */
  wrote(dataId: TensorInfo['dataId'], values: backend_util.BackendValues): void;
  /** Called before JavaScript reads values. */
  reading(dataId: TensorInfo['dataId']): void;
  /** Called before a kernel of the cpu backend runs. */
  fellBack(kernel: string, inputs: readonly TensorInfo[]): void;
}

/** An array that the calls of a {@link NativePlan} read or write. */
export type NativePlanArray = { dtype: 'float32' | 'int32' | 'bool'; length: number } & (
  | NativePlanGiven
  | NativePlanConstant
);

interface NativePlanGiven {
  /**
   * `given`: the array of a tensor that is passed to each run. `memory`: the plan's own, undefined
   * before the first call that names it and after the last one. `number`: one float32 that is
   * passed to each run.
   */
  kind: 'given' | 'memory' | 'number';
}

interface NativePlanConstant {
  kind: 'constant';
  /** The elements, the same in every run. */
  values: ArrayLike<number>;
}

/** One call of a {@link NativePlan}. */
export interface NativePlanCall {
  /** The name of the kernel. */
  kernel: string;
  /**
   * The indices of the arrays that it reads and writes, among the plan's; −1 for an array that is
   * left out.
   */
  arrays: readonly number[];
  /** The numbers that the kernel takes. */
  numbers: readonly number[];
}

/** Kernel calls that run in order, in one call of the addon. */
export interface NativePlan {
  /**
   * Runs the calls.
   *
   * @param given the tensors of the given arrays, in order
   * @param numbers the values of the arrays that are numbers, in order
   * @throws if an array differs from the plan's, or a kernel refuses its arguments; the error's
   *   `call` is then the number of the call
   */
  run(given: readonly TensorInfo[], numbers: readonly number[]): void;
  /** Frees the memory. */
  dispose(): void;
}

/** The active backend with its recording, if it is that of `@trainkit/native`; else null. */
export function nativeRecording(): NativeRecording | null {
  const active: unknown = backend();
  return isRecording(active) ? active : null;
}

function isRecording(value: unknown): value is NativeRecording {
  return isNative(value) && 'record' in value;
}
