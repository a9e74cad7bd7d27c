import { backend, type DataId, getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/*
 * The part of tfjs-node that is used; declared, not imported, so that nothing is loaded.
 */

/** The values of a tensor in JavaScript; strings are arrays of bytes. */
export type NativeValues = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** An attribute of an op, as tfjs-node passes it to TensorFlow. */
export interface NativeAttribute {
  /** The attribute's name in TensorFlow. */
  name: string;
  /** One of the binding's `TF_ATTR_` numbers. */
  type: number;
  /** A value of that type. */
  value: unknown;
}

/** A tensor that TensorFlow created. */
export interface NativeResult {
  /** The tensor's number in the binding. */
  id: number;
  /** The size of each dimension. */
  shape: number[];
  /** TensorFlow's `DataType`. */
  dtype: number;
}

/**
 * The addon: TensorFlow's C API. It identifies tensors by numbers, and uses TensorFlow's `DataType`
 * for dtypes.
 */
export interface NativeBinding {
  /** The dtype of float32. */
  readonly TF_FLOAT: number;
  /** The dtype of int32. */
  readonly TF_INT32: number;
  /** The dtype of bool. */
  readonly TF_BOOL: number;
  /** The dtype of complex64. */
  readonly TF_COMPLEX64: number;
  /** The dtype of string. */
  readonly TF_STRING: number;
  /** The type of an attribute that is a string. */
  readonly TF_ATTR_STRING: number;
  /** The type of an attribute that is an integer, or a list of them. */
  readonly TF_ATTR_INT: number;
  /** The type of an attribute that is a float, or a list of them. */
  readonly TF_ATTR_FLOAT: number;
  /** The type of an attribute that is a boolean. */
  readonly TF_ATTR_BOOL: number;
  /** The type of an attribute that is a dtype. */
  readonly TF_ATTR_TYPE: number;
  /** The type of an attribute that is a shape. */
  readonly TF_ATTR_SHAPE: number;
  /** Uploads values, and returns the tensor's number. */
  createTensor(shape: readonly number[], dtype: number, values: NativeValues): number;
  /** Frees a tensor. */
  deleteTensor(id: number): void;
  /** Downloads a tensor. */
  tensorDataSync(id: number): NativeValues;
  /** Runs one op eagerly. */
  executeOp(
    op: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    count: number,
  ): NativeResult[];
  /** Loads a graph from a folder, and returns its number. */
  loadSavedModel(folder: string, tags: string): number;
  /** Frees a graph. */
  deleteSavedModel(id: number): void;
  /** Runs a graph; names are joined by commas. */
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeResult[];
}

/**
 * The backend's record of a tensor's data: its number in the binding, or the values that are not
 * uploaded yet.
 */
export interface NativeTensorData {
  /** The size of each dimension. */
  shape: number[];
  /** TensorFlow's `DataType`. */
  dtype: number;
  /** The values, if they have not been uploaded. */
  values: NativeValues | null;
  /** The tensor's number in the binding, or a negative number. */
  id: number;
}

/** The backend of tfjs-node. */
export interface NativeBackend {
  /** The addon. */
  readonly binding: NativeBinding;
  /** True for tfjs-node-gpu with a GPU. */
  readonly isUsingGpuDevice?: boolean | undefined;
  /** The data of each tensor. */
  readonly tensorMap: { get(dataId: DataId): NativeTensorData; has(dataId: DataId): boolean };
  /** Runs an op with one output. */
  executeSingleOutput(op: string, attributes: NativeAttribute[], inputs: TensorInfo[]): Tensor;
  /** Runs an op with several outputs. */
  executeMultipleOutputs(
    op: string,
    attributes: NativeAttribute[],
    inputs: TensorInfo[],
    count: number,
  ): Tensor[];
  /** Creates a tensor from a result. */
  createOutputTensor(result: NativeResult): Tensor;
  /** The numbers of the tensors; uploads values that are still in JavaScript. */
  getInputTensorIds(tensors: readonly { dataId: DataId }[]): number[];
  /** Sets the values of a tensor. */
  move(dataId: DataId, values: NativeValues, shape: number[], dtype: string, refCount: number): void;
  /** Downloads values without blocking. */
  read(dataId: DataId): Promise<NativeValues>;
  /** Downloads values. */
  readSync(dataId: DataId): NativeValues;
  /** The number of tensors that share the data. */
  refCount(dataId: DataId): number;
  /** Counts one more tensor that shares the data; disposing of a tensor counts one less. */
  incRef(dataId: DataId): void;
}

/** The active backend, if it is tfjs-node's; throws if it is another. */
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
