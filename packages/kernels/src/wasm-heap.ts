import {
  backend,
  type DataId,
  engine,
  getBackend,
  reshape,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Callable, Functions, SimdModule } from '@trainkit/simd';

/** The WebAssembly backend's record of a tensor's numbers. */
interface WasmData {
  /**
   * The tensor's number in the backend's compiled part, which keeps packed copies of factors under
   * it.
   */
  id: number;
  memoryOffset: number;
}

/**
 * The part of the WebAssembly backend that is used here; declared, not imported, so that nothing is
 * loaded.
 */
interface WasmBackend {
  readonly wasm: {
    readonly asm?: { readonly memory?: unknown };
    readonly wasmMemory?: unknown;
    /** A view of the memory; a new one after the memory has grown. */
    readonly HEAPU8: Uint8Array;
    readonly tfjs: {
      registerTensor(id: number, size: number, address: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: DataId): WasmData };
  dataIdNextNumber: number;
  refCount(dataId: DataId): number;
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
}

/** Functions on the memory of the WebAssembly backend, and the tensors in it. */
export interface OnHeap<Declared extends Functions> {
  /** The module's functions. */
  readonly code: Callable<Declared>;
  /** The address of a tensor's numbers, valid as long as the tensor lives. */
  address(tensor: Tensor): number;
  /** A new float32 tensor of undefined content. */
  make(shape: readonly number[]): Tensor;
  /** A new tensor of the same numbers. */
  copy(tensor: Tensor): Tensor;
  /**
   * A tensor of the same numbers, to be overwritten. It reuses the memory of `tensor`, which then
   * changes too, if no other tensor shares it; else it is a copy.
   */
  donate(tensor: Tensor): Tensor;
}

/**
 * The functions of a module of `@trainkit/simd` on the memory of the active WebAssembly backend.
 *
 * Returns null without SIMD or for inputs that are not float32. The kernel's version then runs the
 * composite.
 *
 * @throws if another backend is active
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { defineKernel } from '@trainkit/kernels';
 * import { simdOnHeap } from '@trainkit/kernels/wasm';
 * import { f32x4, simdFunction, simdModule } from '@trainkit/simd';
 *
 * const module = simdModule({
 *   square: simdFunction(['i32', 'i32', 'i32'], (f, y, x, n) =>
 *     f.elements(n, ({ load, store }) => store(y, f32x4.mul(load(x), load(x)))),
 *   ),
 * });
 * const square = defineKernel({
 *   name: 'TrainkitExampleSquare',
 *   composite: ({ x }: { x: tf.Tensor }) => [tf.square(x)],
 *   wasm: ({ x }) => {
 *     const heap = simdOnHeap(module, x);
 *     if (heap === null) return [tf.square(x)];
 *     const y = heap.make(x.shape);
 *     heap.code.square(heap.address(y), heap.address(x), x.size);
 *     return [y];
 *   },
 * });
 *
 * // By the function on wasm, by the composite elsewhere.
 * console.log(square({ x: tf.tensor1d([1, 2, 3]) })[0].dataSync()); // → Float32Array(3) [ 1, 4, 9 ]
 * ```
 */
export function simdOnHeap<Declared extends Functions>(
  module: SimdModule<Declared>,
  ...inputs: readonly Tensor[]
): OnHeap<Declared> | null {
  const active = wasmBackend();
  if (inputs.some(({ dtype }) => dtype !== 'float32')) return null;
  const memory = active.wasm.asm?.memory ?? active.wasm.wasmMemory;
  const code = memory instanceof WebAssembly.Memory ? module.on(memory) : null;
  return code === null ? null : new Heap(active, code);
}

class Heap<Declared extends Functions> implements OnHeap<Declared> {
  readonly code: Callable<Declared>;
  readonly #backend: WasmBackend;

  constructor(active: WasmBackend, code: Callable<Declared>) {
    this.#backend = active;
    this.code = code;
  }

  address({ dataId, size }: Tensor): number {
    const { memoryOffset } = this.#backend.dataIdMap.get(dataId);
    if (memoryOffset !== 0 || size === 0) return memoryOffset;
    throw new Error('The WebAssembly backend has no memory left: dispose tensors that are no longer needed.');
  }

  make(shape: readonly number[]): Tensor {
    return engine().makeTensorFromTensorInfo(this.#backend.makeOutput([...shape], 'float32'));
  }

  copy(tensor: Tensor): Tensor {
    const copy = this.make(tensor.shape);
    const [to, from] = [this.address(copy), this.address(tensor)];
    this.#backend.wasm.HEAPU8.copyWithin(to, from, from + 4 * tensor.size);
    return copy;
  }

  donate(tensor: Tensor): Tensor {
    const active = this.#backend;
    const data = active.dataIdMap.get(tensor.dataId);
    if (active.refCount(tensor.dataId) !== 1) return this.copy(tensor);
    // Under a new number, since the backend would keep using the packed copy of the old numbers.
    active.wasm.tfjs.disposeData(data.id);
    data.id = active.dataIdNextNumber++;
    active.wasm.tfjs.registerTensor(data.id, tensor.size, data.memoryOffset);
    // Reshaped rather than cloned: on this backend a clone is a copy.
    return reshape(tensor, tensor.shape);
  }
}

function wasmBackend(): WasmBackend {
  const active: unknown = backend();
  if (isWasm(active)) return active;
  throw new Error(
    `simdOnHeap: the memory is that of the backend 'wasm'; the active one is '${getBackend()}'. ` +
      'Call it in the `wasm` version of a defineKernel, which only runs there.',
  );
}

/** Returns true for the WebAssembly backend. */
export function isWasm(value: unknown): value is WasmBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    'wasm' in value &&
    'dataIdMap' in value &&
    'makeOutput' in value
  );
}
