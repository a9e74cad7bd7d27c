import { backend, type DataId, getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** An attribute of a native op, as the binding takes it. */
export interface NativeAttribute {
  name: string;
  type: number;
  value: number | boolean | string | readonly number[];
}

/** A result as the binding gives it: its number there, and what it is. */
interface NativeResult {
  id: number;
  shape: number[];
  dtype: number;
}

/** The addon: TensorFlow's C API, by numbers for tensors. */
interface NativeBinding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_COMPLEX64: number;
  readonly TF_STRING: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
  executeOp(
    op: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    count: number,
  ): NativeResult[];
  deleteTensor(id: number): void;
}

/** The part of tfjs-node's backend that runs native ops; looked at, not imported, so that nothing is loaded. */
export interface NativeBackend {
  readonly binding: NativeBinding;
  /** Whether it is tfjs-node-gpu's, with a GPU. */
  readonly isUsingGpuDevice?: boolean;
  readonly tensorMap: { get(dataId: DataId): { id: number } };
  executeSingleOutput(op: string, attributes: NativeAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: NativeAttribute[],
    inputs: TensorInfo[],
    count: number,
  ): Tensor[];
  /** Uploads what is still in JavaScript. */
  getInputTensorIds(tensors: TensorInfo[]): number[];
  createOutputTensor(result: NativeResult): Tensor;
  refCount(dataId: DataId): number;
}

/** The active backend, where it is tfjs-node's; throws where it is another. */
export function nativeBackend(): NativeBackend {
  const active: unknown = backend();
  if (isNative(active)) return active;
  throw new Error(
    `nativeOps: TensorFlow's native ops belong to the backend 'tensorflow'; the active one is '${getBackend()}'. ` +
      'Call them in the `tensorflow` version of a defineKernel, which only runs there.',
  );
}

function isNative(value: unknown): value is NativeBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    'binding' in value &&
    'executeSingleOutput' in value &&
    'executeMultipleOutputs' in value
  );
}
