import { backend, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';
import {
  type Body,
  type Local,
  type SimdModule,
  simdFunction,
  simdModule,
  type Value,
  v128,
} from '@trainkit/simd';
import { isWasm, simdOnHeap } from './wasm-heap.js';

/** Four elements of an array, or a number in four lanes. */
type Lanes = Local<'v128'>;

/** A pass over the elements of arrays of one size, as {@link elementwisePass} takes it. */
export interface PassDeclaration<
  Updates extends readonly string[],
  Optional extends string,
  Read extends string,
  Number extends string,
> {
  /** The arrays that are overwritten. */
  updates: Updates;
  /** Further arrays that are overwritten, and that a call may leave out. */
  optional?: readonly Optional[] | undefined;
  /** The arrays that are only read. */
  reads: readonly Read[];
  /** The numbers of a call, float32. */
  numbers: readonly Number[];
  /**
   * Writes what comes before the loop, and returns the function that writes its inside: from the
   * elements of all arrays to those of the overwritten ones. What is used twice goes into a local,
   * `f.local('v128', …)`.
   */
  write: (
    f: Body,
    numbers: Readonly<Record<Number, Lanes>>,
  ) => (
    elements: Readonly<Record<Updates[number] | Read, Lanes> & Partial<Record<Optional, Lanes | undefined>>>,
  ) => Readonly<
    Record<Updates[number], Value<'v128'>> & Partial<Record<Optional, Value<'v128'> | undefined>>
  >;
}

/**
 * The new tensors of a pass: those of `updates`, then those of `optional` that it was called with.
 */
export type PassResults<Updates extends readonly string[], Optional extends string> = [
  ...{ -readonly [Place in keyof Updates]: Tensor },
  ...([Optional] extends [never] ? [] : Tensor[]),
];

/** The argument of a pass of {@link elementwisePass}. */
export interface PassInputs<
  Update extends string,
  Optional extends string,
  Read extends string,
  Number extends string,
> {
  /** All of one shape; null for an array that is new, whose elements mean nothing. */
  tensors: Readonly<
    Record<Read, Tensor> &
      Record<Update, Tensor | null> &
      Partial<Record<Optional, Tensor | null | undefined>>
  >;
  /** The numbers. */
  numbers: Readonly<Record<Number, number>>;
  /** True if the overwritten tensors are donated: their memory may then hold the results. */
  donated: boolean;
}

/**
 * One pass of SIMD code over arrays of one size, for the `wasm` and the `cpu` version of a kernel:
 * written once, it runs on the memory of the WebAssembly backend, and for the plain JavaScript
 * backend on memory of its own, block by block.
 *
 * Returns a function that gives the new tensors, in the order of `updates` and `optional`, or null
 * without SIMD and for tensors that are not float32: a version that returns null leaves the work to
 * its composite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { defineKernel } from '@trainkit/kernels';
 * import { elementwisePass } from '@trainkit/kernels/wasm';
 * import { f32x4 } from '@trainkit/simd';
 *
 * const pass = elementwisePass({
 *   updates: ['y'],
 *   reads: ['x'],
 *   numbers: ['a'],
 *   write: (_, { a }) => ({ x, y }) => ({ y: f32x4.add(y, f32x4.mul(x, a)) }),
 * });
 * const run = ({ x, y }: { x: tf.Tensor; y: tf.Tensor }, { a }: { a: number }) =>
 *   pass({ tensors: { x, y }, numbers: { a }, donated: false });
 * const addScaled = defineKernel({
 *   name: 'TrainkitExampleAddScaled',
 *   composite: ({ x, y }: { x: tf.Tensor; y: tf.Tensor }, { a }: { a: number }) => [tf.add(y, tf.mul(x, a))],
 *   wasm: run,
 *   cpu: run,
 * });
 *
 * const [y] = addScaled({ x: tf.tensor1d([1, 2, 3]), y: tf.tensor1d([10, 20, 30]) }, { a: 2 });
 * console.log(y.dataSync()); // → Float32Array(3) [ 12, 24, 36 ]
 * ```
 */
export function elementwisePass<
  const Updates extends readonly string[],
  Read extends string,
  Number extends string,
  Optional extends string = never,
>(
  declaration: PassDeclaration<Updates, Optional, Read, Number>,
): (inputs: PassInputs<Updates[number], Optional, Read, Number>) => PassResults<Updates, Optional> | null;
export function elementwisePass({
  updates,
  optional = [],
  reads,
  numbers: numberNames,
  write,
}: PassDeclaration<readonly string[], string, string, string>): (
  inputs: PassInputs<string, string, string, string>,
) => Tensor[] | null {
  /** One for each set of optional arrays. */
  const modules = new Map<string, PassModule>();
  const moduleFor = (overwritten: readonly string[]): PassModule => {
    const key = overwritten.join();
    const module = modules.get(key) ?? assemble(overwritten);
    modules.set(key, module);
    return module;
  };
  const assemble = (overwritten: readonly string[]): PassModule => {
    const arrays = [...overwritten, ...reads];
    const parameters = ['i32', 'i32', ...arrays.map(() => 'i32' as const)] as const;
    const run = simdFunction(parameters, (f, count, address, ...addresses) => {
      const at = (i: number) => f.local('v128', v128.load32Splat(address, 4 * i));
      const body = write(f, Object.fromEntries(numberNames.map((name, i) => [name, at(i)])));
      f.elements(count, ({ load, store }) => {
        const values = arrays.map((name, i) => [name, f.local('v128', load(addresses[i]!))] as const);
        const results = body(Object.fromEntries(values));
        for (const [i, name] of overwritten.entries()) store(addresses[i]!, results[name]!);
      });
    });
    return simdModule({ run });
  };
  return ({ tensors, numbers, donated }) => {
    const overwritten = [...updates, ...optional].filter((name) => tensors[name] !== undefined);
    const job: Job = {
      module: moduleFor(overwritten),
      updates: overwritten.map((name) => tensors[name] ?? null),
      reads: reads.map((name) => tensors[name]!),
      numbers: numberNames.map((name) => numbers[name]!),
      donated,
    };
    const active: unknown = backend();
    return isWasm(active) ? runOnHeap(job) : runOnScratch(job);
  };
}

type PassModule = SimdModule<{ run: ReturnType<typeof simdFunction<readonly 'i32'[]>> }>;

/** One call of a pass. */
interface Job {
  module: PassModule;
  updates: readonly (Tensor | null)[];
  reads: readonly Tensor[];
  numbers: readonly number[];
  donated: boolean;
}

function runOnHeap({ module, updates, reads, numbers, donated }: Job): Tensor[] | null {
  const { shape, size } = reads[0]!;
  const given = updates.filter((update) => update !== null);
  const heap = simdOnHeap(module, ...given, ...reads);
  if (heap === null) return null;
  const results = updates.map((update) => {
    if (update === null) return heap.make(shape);
    return donated ? heap.donate(update) : heap.copy(update);
  });
  const addresses = [tensor1d([...numbers]), ...results, ...reads].map((each) => heap.address(each));
  heap.code.run(size, ...addresses);
  return results;
}

/** Elements of a block: of six arrays, 400 kB, which fits into the second cache. */
const BLOCK = 16_384;
/** Bytes of the numbers, before the blocks. */
const NUMBERS = 1024;
const PAGE = 65_536;

let scratch: WebAssembly.Memory | null = null;

function runOnScratch({ module, updates, reads, numbers }: Job): Tensor[] | null {
  const { shape, size } = reads[0]!;
  const inputs = [...updates, ...reads];
  if (
    typeof WebAssembly === 'undefined' ||
    inputs.some((input) => input !== null && input.dtype !== 'float32')
  )
    return null;
  scratch ??= new WebAssembly.Memory({ initial: 0 });
  const code = module.on(scratch);
  if (code === null) return null;
  const missing = NUMBERS + 4 * BLOCK * inputs.length - scratch.buffer.byteLength;
  if (missing > 0) scratch.grow(Math.ceil(missing / PAGE));
  const { buffer } = scratch;
  new Float32Array(buffer).set(numbers);
  const addresses = inputs.map((_, i) => NUMBERS + 4 * BLOCK * i);
  const values = inputs.map((input) => input?.dataSync() ?? null);
  const results = updates.map(() => new Float32Array(size));
  for (let from = 0; from < size; from += BLOCK) {
    const count = Math.min(BLOCK, size - from);
    const blocks = addresses.map((address) => new Float32Array(buffer, address, count));
    for (const [i, block] of blocks.entries()) block.set(values[i]?.subarray(from, from + count) ?? []);
    code.run(count, 0, ...addresses);
    for (const [i, result] of results.entries()) result.set(blocks[i]!, from);
  }
  return results.map((result) => tensor(result, shape));
}
