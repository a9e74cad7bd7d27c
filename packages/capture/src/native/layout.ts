import type { DataType, Variable } from '@tensorflow/tfjs-core';
import type { NativePlanArray, NativePlanCall } from '@trainkit/kernels/native';
import type { Fed, Kind, Recording, Source } from '../recording.js';
import { type KernelProperties, rootOf, type SparedCopies, spareCopies } from './copies.js';
import { kernelDtype } from './dtypes.js';
import { Keys } from './keys.js';

/** A tensor that a run gives to the plan. */
export type Given = { shape: readonly number[]; dtype: NativePlanArray['dtype'] } & (
  | { kind: 'read'; source: Fed }
  /** The memory of a variable, or a new tensor where others hold that too. */
  | { kind: 'updated'; variable: Variable }
  /** A new tensor, which leaves the step. */
  | { kind: 'new' }
);

/**
 * The origin of data that leave the step: a tensor that is given, by its number, or data that were
 * there.
 */
export type Leaving = { kind: 'given'; index: number } | { kind: 'fed'; source: Fed };

/** A recording as arrays and kernel calls. */
export interface Layout {
  arrays: readonly NativePlanArray[];
  calls: readonly NativePlanCall[];
  /** The tensors of the given arrays, in order. */
  given: readonly Given[];
  /** Variables that become others, and where from. */
  assigned: readonly { variable: Variable; from: Leaving }[];
  /** The new tensors that the step returned, in order. */
  results: readonly { from: Leaving; shape: readonly number[]; dtype: DataType }[];
  /** The numbers of the calls from which on a variable changes in its own memory. */
  updates: ReadonlyMap<Variable, number>;
}

/** @throws where something is not for kernels: strings, complex numbers */
export function layOut(recording: Recording, kernels: KernelProperties): Layout {
  return new Layouter(recording, kernels).layOut();
}

class Layouter {
  readonly #recording: Recording;
  /** The kernel that copies an array. */
  readonly #copyKernel: string;
  readonly #keys: Keys;
  readonly #spared: SparedCopies;
  readonly #arrays: NativePlanArray[] = [];
  readonly #calls: NativePlanCall[] = [];
  readonly #given: Given[] = [];
  /** The numbers of arrays, by the keys of sources. */
  readonly #numbers = new Map<number, number>();
  /** The arrays of what leaves the step, by the same keys, as numbers of given tensors. */
  readonly #leaving = new Map<number, number>();
  readonly #updates = new Map<Variable, number>();
  /**
   * Data that leave the step and are no kernel's output, and the arrays that they are copied to.
   */
  readonly #copied: { source: Source; array: number; length: number }[] = [];

  constructor(recording: Recording, kernels: KernelProperties) {
    this.#recording = recording;
    this.#copyKernel = kernels.copyKernel;
    this.#keys = new Keys(recording);
    this.#spared = spareCopies(recording, this.#keys, kernels);
  }

  layOut(): Layout {
    const { calls, assigned, results } = this.#recording;
    this.#addNumbers();
    for (const [variable, key] of this.#spared.updates) this.#addUpdated(variable, key);
    const created = results.filter(({ identity }) => identity === null);
    // Before the calls, which write to these.
    for (const { source } of [...assigned, ...created]) this.#leave(source);
    for (const { op, inputs, numbers } of calls) {
      if (this.#isSpared(op, inputs)) continue;
      this.#noteUpdate(op, inputs);
      this.#calls.push({ kernel: op, arrays: inputs.map((source) => this.#array(source)), numbers });
    }
    return {
      assigned: assigned.map(({ variable, source }) => ({ variable, from: this.#leave(source) })),
      results: created.map(({ source, shape, dtype }) => ({ from: this.#leave(source), shape, dtype })),
      // What is returned without a kernel that wrote it is copied last.
      calls: [...this.#calls, ...this.#copies()],
      arrays: this.#arrays,
      given: this.#given,
      updates: this.#updates,
    };
  }

  /** Adds the numbers of the host events, all of them and in order: a run gives them so. */
  #addNumbers(): void {
    for (const [entry, { kind }] of this.#recording.hostEvents.entries()) {
      if (kind !== 'number') continue;
      const key = this.#keys.of({ kind: 'input', entry, shape: [1], dtype: 0 });
      this.#numbers.set(key, this.#add({ kind: 'number', dtype: 'float32', length: 1 }));
    }
  }

  #addUpdated(variable: Variable, key: number): void {
    const { shape, size } = variable;
    const dtype = 'float32';
    const index = this.#give({ kind: 'updated', variable, shape, dtype }, { dtype, length: size });
    this.#numbers.set(key, index.array);
    this.#leaving.set(key, index.given);
  }

  /** The origin of the data of a source that leaves the step. */
  #leave(source: Source): Leaving {
    if (source.kind === 'absent') throw new Error('it returns nothing in the place of a tensor');
    if (source.kind !== 'result' && source.kind !== 'constant' && !this.#isNumber(source))
      return { kind: 'fed', source };
    const key = this.#rootKey(source);
    const known = this.#leaving.get(key);
    if (known !== undefined) return { kind: 'given', index: known };
    const { shape, dtype } = this.#kindOf(source);
    const type = kernelDtype(dtype);
    const index = this.#give({ kind: 'new', shape, dtype: type }, { dtype: type, length: shape[0] ?? 0 });
    this.#leaving.set(key, index.given);
    if (source.kind === 'result') this.#numbers.set(key, index.array);
    else this.#copied.push({ source, array: index.array, length: shape[0] ?? 0 });
    return { kind: 'given', index: index.given };
  }

  #copies(): NativePlanCall[] {
    return this.#copied.map(({ source, array, length }) => ({
      kernel: this.#copyKernel,
      arrays: [this.#array(source), array],
      numbers: [length],
    }));
  }

  #isSpared(op: string, inputs: readonly Source[]): boolean {
    const [from, to] = inputs;
    if (op !== this.#copyKernel || from?.kind !== 'result' || to === undefined) return false;
    return this.#spared.origins.get(this.#keys.of(to)) === this.#keys.of(from);
  }

  /**
   * The copy from a variable to what may be its own memory is the last call before that changes.
   */
  #noteUpdate(op: string, inputs: readonly Source[]): void {
    const [from, to] = inputs;
    if (op !== this.#copyKernel || from?.kind !== 'variable' || to === undefined) return;
    if (this.#spared.updates.get(from.variable) === this.#keys.of(to))
      this.#updates.set(from.variable, this.#calls.length + 1);
  }

  #array(source: Source): number {
    if (source.kind === 'absent') return -1;
    const key = this.#rootKey(source);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.#makeArray(source);
    this.#numbers.set(key, made);
    return made;
  }

  #makeArray(source: Exclude<Source, { kind: 'absent' }>): number {
    const { shape, dtype } = this.#kindOf(source);
    const type = kernelDtype(dtype);
    const kind = { dtype: type, length: shape[0] ?? 0 };
    if (source.kind === 'result') return this.#add({ kind: 'memory', ...kind });
    if (source.kind !== 'constant')
      return this.#give({ kind: 'read', source, shape, dtype: type }, kind).array;
    const { values } = this.#recording.constants[source.index]!;
    if (!ArrayBuffer.isView(values)) throw new Error('it makes a tensor of strings');
    return this.#add({ kind: 'constant', ...kind, values });
  }

  #give(given: Given, kind: Pick<NativePlanArray, 'dtype' | 'length'>): { array: number; given: number } {
    const index = this.#given.push(given) - 1;
    return { array: this.#add({ kind: 'given', ...kind }), given: index };
  }

  #add(array: NativePlanArray): number {
    return this.#arrays.push(array) - 1;
  }

  #rootKey(source: Source): number {
    return rootOf(this.#keys.of(source), this.#spared.origins);
  }

  #isNumber(source: Source): boolean {
    return source.kind === 'input' && this.#recording.hostEvents[source.entry]?.kind === 'number';
  }

  #kindOf(source: Exclude<Source, { kind: 'absent' }>): Kind {
    const { calls, constants } = this.#recording;
    if (source.kind === 'constant') {
      const { dtype, values } = constants[source.index]!;
      return { dtype, shape: [values.length] };
    }
    return source.kind === 'result' ? calls[source.call]!.outputs[source.output]! : source;
  }
}
