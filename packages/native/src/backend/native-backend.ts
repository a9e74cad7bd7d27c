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
import type { Listener } from './listener.js';
import { MemoryPool } from './memory-pool.js';
import { Plan, type PlanArray, type PlanCall } from './plan.js';

/** The cpu backend's record of a tensor's data; `isOwn` is ours. */
interface TensorRecord {
  values?: backend_util.BackendValues;
  dtype: DataType;
  refCount: number;
  /**
   * True where the array belongs to this backend alone: it came from the pool, and nobody outside
   * has seen it. An array that was seen (by `dataSync`, by a kernel of the cpu backend, which may
   * return a view of it) is never used again.
   */
  isOwn?: boolean;
}

type DataId = TensorInfo['dataId'];

/** The error of a shape that no tensor has, such as a negative size. */
export class ShapeError extends RangeError {
  override readonly name = 'ShapeError';
}

/**
 * TensorFlow.js' cpu backend with the addon's kernels over it.
 *
 * Data are typed arrays. What has no native kernel runs as on `cpu`. It is the `NativeKernels` of
 * `@trainkit/kernels/native`, which the versions of other packages call.
 */
export class NativeBackend extends MathBackendCPU {
  readonly runsNativeKernels = true;
  readonly copyKernel = 'copy';
  readonly addon: Addon;
  readonly #pool: MemoryPool;
  #listener: Listener | null = null;
  /** The kernels of TensorFlow.js' registry that run now, one within another. */
  #depth = 0;
  /** The outputs that they have allocated. */
  readonly #outputs: DataId[] = [];

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

  checksValues(kernel: string): boolean {
    return this.addon.checking.has(kernel);
  }

  run(kernel: string, tensors: readonly (TensorInfo | null)[], numbers: readonly number[]): void {
    const run = this.addon.kernels.get(kernel);
    if (run === undefined) throw new Error(`native: the addon has no kernel '${kernel}'`);
    const { numbers: shared } = this.addon;
    for (let i = 0; i < numbers.length; i++) shared[i] = numbers[i] ?? 0;
    const arrays: KernelArray[] = [];
    for (const tensor of tensors) arrays.push(tensor === null ? null : this.#arrayOf(tensor));
    run(numbers.length, ...arrays);
    this.#listener?.ran(kernel, tensors, numbers);
  }

  /**
   * Runs the native version of a kernel of TensorFlow.js' registry. Where it throws, the outputs
   * that it has allocated are disposed of: the engine does not know them yet.
   */
  runVersion<T>(version: () => T): T {
    const first = this.#outputs.length;
    this.#depth += 1;
    try {
      return version();
    } catch (error) {
      for (const dataId of this.#outputs.splice(first)) if (this.hasData(dataId)) this.disposeData(dataId);
      throw error;
    } finally {
      this.#depth -= 1;
      // A kernel within another leaves its outputs to that one.
      if (this.#depth === 0) this.#outputs.length = 0;
    }
  }

  empty(shape: readonly number[], dtype: NumericDataType = 'float32'): Tensor {
    const { dataId } = this.output(shape, dtype);
    return engine().makeTensorFromDataId(dataId, [...shape], dtype, this);
  }

  /**
   * As {@link empty}, for the result of a kernel of TensorFlow.js' registry: the engine makes a
   * tensor of it.
   */
  output(shape: readonly number[], dtype: NumericDataType = 'float32'): TensorInfo {
    const size = util.sizeFromShape([...shape]);
    if (!Number.isSafeInteger(size) || size < 0)
      throw new ShapeError(`native: no tensor has the shape [${shape}]`);
    const values = dtype === 'float32' ? this.#pool.take(size) : newArray(dtype, size);
    const dataId = super.write(values, [...shape], dtype);
    this.#record(dataId).isOwn = dtype === 'float32';
    if (this.#depth > 0) this.#outputs.push(dataId);
    const tensor = { dataId, shape: [...shape], dtype };
    this.#listener?.allocated(tensor);
    return tensor;
  }

  donate(tensor: Tensor, donated: boolean): Tensor {
    // A listener is told of a copy, and decides where a replay needs none.
    if (donated && this.#listener === null && this.owns(tensor)) {
      this.incRef(tensor.dataId);
      return engine().makeTensorFromDataId(tensor.dataId, tensor.shape, tensor.dtype, this);
    }
    const copy = this.empty(tensor.shape);
    this.run(this.copyKernel, [tensor, copy], [tensor.size]);
    return copy;
  }

  /** True where nobody but this tensor holds its memory, which may then be overwritten. */
  owns({ dataId }: Pick<TensorInfo, 'dataId'>): boolean {
    const { isOwn, refCount } = this.#record(dataId);
    return isOwn === true && refCount === 1;
  }

  hasData(dataId: DataId): boolean {
    return this.data.has(dataId);
  }

  /**
   * The length of an array of data, which may come from another backend, and the dtype of its
   * elements.
   */
  arrayKind(dataId: DataId): { dtype: DataType; length: number } {
    const { dtype, values } = this.#record(dataId);
    return { dtype, length: values?.length ?? 0 };
  }

  /** Says to a listener, or to none any more, what touches numbers. */
  record(listener: Listener | null): void {
    this.#listener = listener;
  }

  plan(arrays: readonly PlanArray[], calls: readonly PlanCall[]): Plan {
    return new Plan(this.addon, (tensor) => this.#arrayOf(tensor), arrays, calls);
  }

  #arrayOf(tensor: TensorInfo): KernelArray {
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

  filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor {
    const values = this.#pool.take(util.sizeFromShape([...shape]));
    fill(values);
    const dataId = this.write(values, [...shape], 'float32');
    this.#record(dataId).isOwn = true;
    return engine().makeTensorFromDataId(dataId, [...shape], 'float32', this);
  }

  /**
   * Says that a kernel of the cpu backend gets these tensors: it may return a view of their arrays.
   */
  fallBack(kernel: string, inputs: readonly TensorInfo[]): void {
    for (const { dataId } of inputs) if (this.data.has(dataId)) this.#record(dataId).isOwn = false;
    this.#listener?.fellBack(kernel, inputs);
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = super.write(values, shape, dtype);
    this.#listener?.wrote(dataId, values);
    return dataId;
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    this.#listener?.reading(dataId);
    const values = super.readSync(dataId);
    // An array of the pool lies within a larger buffer, which callers such as Tensor.bytes() would
    // take for it.
    if (values instanceof Float32Array && values.byteLength < values.buffer.byteLength) return values.slice();
    this.#record(dataId).isOwn = false;
    return values;
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
 * The values as the array of a dtype. Some kernels of the cpu backend leave another: its cast to
 * float32 the array of int32 or bool, its square of int32 a Float32Array.
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
