import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Addon, KernelArray } from './addon.js';
import { placeArrays } from './plan-memory.js';

/** The dtypes that kernels compute with. */
type PlanDtype = 'float32' | 'int32' | 'bool';

/** An array that the calls of a plan read or write. */
export type PlanArray = { dtype: PlanDtype; length: number } & (
  | { kind: 'given' }
  | { kind: 'memory' }
  | { kind: 'constant'; values: ArrayLike<number> }
  | { kind: 'number' }
);

/** One call: the kernel, the numbers of its arrays with −1 for none, and its numbers. */
export interface PlanCall {
  kernel: string;
  arrays: readonly number[];
  numbers: readonly number[];
}

const TYPES: Readonly<Record<PlanDtype, number>> = { float32: 0, int32: 1, bool: 2 };

/** Kernel calls in order, with memory of their own, which one call of the addon runs. */
export class Plan {
  readonly #arrayOf: (tensor: TensorInfo) => KernelArray;
  readonly #numbers: readonly number[];
  #running: { memory: Float32Array; run: (memory: Float32Array, arrays: KernelArray[]) => void } | null;

  /**
   * @param arrayOf the array of a tensor
   * @throws where a kernel or an array is missing, or memory is out
   */
  constructor(
    addon: Pick<Addon, 'allocate' | 'plan'>,
    arrayOf: (tensor: TensorInfo) => KernelArray,
    arrays: readonly PlanArray[],
    calls: readonly PlanCall[],
  ) {
    this.#arrayOf = arrayOf;
    const { offsets, bytes } = placeArrays(
      arrays.map((array) =>
        array.kind === 'given' ? null : { bytes: bytesOf(array), stays: array.kind !== 'memory' },
      ),
      calls.map((call) => call.arrays),
    );
    const memory = addon.allocate(bytes / 4);
    if (memory === undefined) {
      throw new RangeError(
        `native: out of memory for a recorded step of ${bytes} bytes. Use a smaller batch.`,
      );
    }
    for (const [i, array] of arrays.entries()) {
      if (array.kind === 'constant') viewOf(memory, array, offsets[i] ?? 0).set(array.values);
    }
    this.#numbers = arrays.flatMap(({ kind }, i) => (kind === 'number' ? [(offsets[i] ?? 0) / 4] : []));
    const run = addon.plan(
      memory.length,
      // One that no call names has no place, and is given none.
      arrays.map(({ kind, dtype, length }, i) => {
        const offset = kind === 'given' ? -1 : offsets[i];
        return [TYPES[dtype], offset == null ? 0 : length, offset ?? 0] as const;
      }),
      calls.map(
        (call) => [call.kernel, Int32Array.from(call.arrays), Float64Array.from(call.numbers)] as const,
      ),
    );
    this.#running = { memory, run };
  }

  /**
   * Runs the calls.
   *
   * @param given the tensors of the given arrays, in order
   * @param numbers the values of the arrays that are numbers, in order, which are rounded to
   *   float32
   * @throws where an array is not as the plan has it, or a kernel refuses: then the error's `call`
   *   is its number
   */
  run(given: readonly TensorInfo[], numbers: readonly number[]): void {
    if (this.#running === null) throw new Error('native: this plan is disposed.');
    const { memory, run } = this.#running;
    for (const [i, place] of this.#numbers.entries()) memory[place] = numbers[i] ?? Number.NaN;
    run(memory, given.map(this.#arrayOf));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#running = null;
  }
}

function bytesOf({ dtype, length }: { dtype: PlanDtype; length: number }): number {
  return dtype === 'bool' ? length : 4 * length;
}

function viewOf(
  { buffer, byteOffset }: Float32Array,
  { dtype, length }: { dtype: PlanDtype; length: number },
  offset: number,
): Float32Array | Int32Array | Uint8Array {
  const begin = byteOffset + offset;
  if (dtype === 'float32') return new Float32Array(buffer, begin, length);
  return dtype === 'int32' ? new Int32Array(buffer, begin, length) : new Uint8Array(buffer, begin, length);
}
