import { backend, type DataId, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/*
 * What is used of tfjs-node's backend; looked at, not imported, so that nothing is loaded.
 */

/** The values of a tensor in JavaScript; strings are arrays of bytes. */
export type Values = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** An attribute of an op, as tfjs-node hands it to TensorFlow. */
export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

/** A tensor that TensorFlow made. */
export interface Metadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The addon. Tensors are numbers there; dtypes are those of TensorFlow's `DataType`. */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Values;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): Metadata[];
}

/** What the backend knows of a tensor's data: its number in TensorFlow, or the values that are still to go there. */
export interface TensorData {
  shape: number[];
  dtype: number;
  values: Values | null;
  id: number;
}

/** The backend of tfjs-node. */
export interface NativeBackend {
  readonly binding: Binding;
  readonly tensorMap: { get(dataId: DataId): TensorData; has(dataId: DataId): boolean };
  executeSingleOutput(op: string, attributes: Attribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(op: string, attributes: Attribute[], inputs: TensorInfo[], count: number): Tensor[];
  createOutputTensor(metadata: Metadata): Tensor;
  /** The tensors' numbers; uploads what is still in JavaScript. */
  getInputTensorIds(tensors: readonly { dataId: DataId }[]): number[];
  move(dataId: DataId, values: Values, shape: number[], dtype: string, refCount: number): void;
  read(dataId: DataId): Promise<Values>;
  readSync(dataId: DataId): Values;
  refCount(dataId: DataId): number;
  /** One owner more; disposing of a tensor is one less. */
  incRef(dataId: DataId): void;
}

const METHODS = [
  'executeSingleOutput',
  'executeMultipleOutputs',
  'createOutputTensor',
  'getInputTensorIds',
  'move',
  'read',
  'readSync',
  'refCount',
  'incRef',
] as const satisfies readonly (keyof NativeBackend)[];

/** The active backend where it is tfjs-node's, with the door to saved models; else null. */
export function nativeBackend(): NativeBackend | null {
  const active: unknown = backend();
  return isNative(active) ? active : null;
}

function isNative(value: unknown): value is NativeBackend {
  if (typeof value !== 'object' || value === null) return false;
  if (!('binding' in value && 'tensorMap' in value)) return false;
  const { binding } = value;
  if (typeof binding !== 'object' || binding === null || !('runSavedModel' in binding)) return false;
  return METHODS.every((method) => typeof Reflect.get(value, method) === 'function');
}
