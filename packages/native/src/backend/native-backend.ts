import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type backend_util,
  type DataType,
  engine,
  type NumericDataType,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { Addon, KernelArray } from './addon.js';
import { MemoryPool } from './memory-pool.js';

/** What the cpu backend knows of a tensor's data; `isOwn` is ours. */
interface TensorRecord {
  values?: backend_util.BackendValues;
  dtype: DataType;
  refCount: number;
  /**
   * Whether the array belongs to this backend alone: it came from the pool, and nobody outside has seen it. An array
   * that was seen (by `dataSync`, by a kernel of the cpu backend, which may return a view of it) is never used again.
   */
  isOwn?: boolean;
}

type DataId = TensorInfo['dataId'];

/**
 * TensorFlow.js' cpu backend with the addon's kernels over it.
 *
 * Data are typed arrays. What has no native kernel runs as on `cpu`. It is the `NativeKernels` of
 * `@trainkit/kernels/native`, which the versions of other packages call.
 */
export class NativeBackend extends MathBackendCPU {
  readonly runsNativeKernels = true;
  readonly addon: Addon;
  readonly #pool: MemoryPool;

  constructor(addon: Addon) {
    super();
    // Whoever chose this backend needs no advice to install tfjs-node.
    Reflect.set(this, 'firstUse', false);
    this.addon = addon;
    this.#pool = new MemoryPool(addon.allocate);
  }

  has(kernel: string): boolean {
    return this.addon.kernels.has(kernel);
  }

  run(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void {
    const run = this.addon.kernels.get(kernel);
    if (run === undefined) throw new Error(`native: the addon has no kernel '${kernel}'`);
    const { numbers: shared } = this.addon;
    for (let i = 0; i < numbers.length; i++) shared[i] = numbers[i] ?? 0;
    const arrays: KernelArray[] = [];
    for (const tensor of tensors) arrays.push(tensor === null ? null : this.arrayOf(tensor));
    run(numbers.length, ...arrays);
  }

  empty(shape: readonly number[], dtype: NumericDataType = 'float32'): Tensor {
    const { dataId } = this.output(shape, dtype);
    return engine().makeTensorFromDataId(dataId, [...shape], dtype, this);
  }

  /** As {@link empty}, for the result of a kernel of TensorFlow.js' registry: the engine makes a tensor of it. */
  output(shape: readonly number[], dtype: NumericDataType = 'float32'): TensorInfo {
    const size = util.sizeFromShape([...shape]);
    const values = dtype === 'float32' ? this.#pool.take(size) : newArray(dtype, size);
    const { dataId } = this.makeTensorInfo([...shape], dtype, values);
    this.#record(dataId).isOwn = dtype === 'float32';
    return { dataId, shape: [...shape], dtype };
  }

  donate(tensor: Tensor, donated: boolean): Tensor {
    const record = this.#record(tensor.dataId);
    if (donated && record.isOwn === true && record.refCount === 1) {
      this.incRef(tensor.dataId);
      return engine().makeTensorFromDataId(tensor.dataId, tensor.shape, tensor.dtype, this);
    }
    const copy = this.empty(tensor.shape);
    this.floatsOf(copy).set(this.floatsOf(tensor));
    return copy;
  }

  /** The array of a tensor, which stays this backend's own. */
  arrayOf(tensor: TensorInfo): KernelArray {
    const record = this.#record(tensor.dataId);
    const { values } = record;
    if (values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array) {
      const array = asArrayOf(tensor.dtype, values);
      if (array !== values) {
        record.isOwn = false;
        record.values = array;
      }
      return array;
    }
    throw new TypeError(`native: a kernel cannot read a tensor of dtype ${tensor.dtype}`);
  }

  /** The numbers of a float32 tensor. */
  floatsOf(tensor: TensorInfo): Float32Array {
    const values = this.arrayOf(tensor);
    if (values instanceof Float32Array) return values;
    throw new TypeError(`native: expected a float32 tensor; received ${tensor.dtype}`);
  }

  /** Says that others may hold the array of a tensor from now on. */
  expose(tensor: TensorInfo): void {
    if (this.data.has(tensor.dataId)) this.#record(tensor.dataId).isOwn = false;
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    this.#record(dataId).isOwn = false;
    return super.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (this.data.has(dataId)) {
      const { isOwn, refCount, values } = this.#record(dataId);
      if (isOwn === true && (force || refCount === 1) && values instanceof Float32Array)
        this.#pool.give(values);
    }
    return super.disposeData(dataId, force);
  }

  override dispose(): void {
    this.#pool.clear();
    super.dispose();
  }

  #record(dataId: DataId): TensorRecord {
    return this.data.get(dataId);
  }
}

/**
 * The values as the array of a dtype. Some kernels of the cpu backend leave another: its cast to float32 the array of
 * int32 or bool, its square of int32 a Float32Array.
 */
function asArrayOf(
  dtype: DataType,
  values: Float32Array | Int32Array | Uint8Array,
): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Uint8Array ? values : Uint8Array.from(values);
}

function newArray(dtype: 'int32' | 'bool' | 'complex64', size: number): Int32Array | Uint8Array {
  if (dtype === 'int32') return new Int32Array(size);
  if (dtype === 'bool') return new Uint8Array(size);
  throw new TypeError(`native: a kernel does not write ${dtype}`);
}
