import {
  type DataId,
  dispose,
  engine,
  type Tensor,
  type TensorInfo,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { NativePlan, NativeRecording } from '@trainkit/kernels/native';
import { equalValues } from '../equal-values.js';
import type { Fed, Recording } from '../recording.js';
import type { Program } from '../target.js';
import { nativeFailure } from './failure.js';
import { type Given, type Layout, type Leaving, layOut } from './layout.js';

/** A recording that the native backend runs by one call. */
export class NativeProgram implements Program {
  readonly variables: readonly Variable[];
  readonly external: readonly DataId[];
  readonly #backend: NativeRecording;
  readonly #recording: Recording;
  readonly #layout: Layout;
  readonly #plan: NativePlan;
  /** The variables that the last run updated in their own memory. */
  #updated: readonly Variable[] = [];

  /** @throws where the backend refuses the calls, or memory is out */
  constructor(backend: NativeRecording, recording: Recording) {
    this.#backend = backend;
    this.#recording = recording;
    this.#layout = layOut(recording, backend);
    const { arrays, calls, given, assigned, results } = this.#layout;
    const read = [
      ...given.flatMap((one) => (one.kind === 'read' ? [one.source] : [])),
      ...[...assigned, ...results].flatMap(({ from }) => (from.kind === 'fed' ? [from.source] : [])),
    ];
    this.variables = [
      ...read.flatMap((source) => (source.kind === 'variable' ? [source.variable] : [])),
      ...assigned.map(({ variable }) => variable),
    ];
    this.external = read.flatMap((source) => (source.kind === 'external' ? [source.dataId] : []));
    this.#plan = backend.plan(arrays, calls);
  }

  run(dataOf: (source: Fed) => DataId, numbers: readonly number[]): Tensor[] {
    const updated: Variable[] = [];
    this.#updated = updated;
    const made: Tensor[] = [];
    try {
      const given = this.#layout.given.map((one) => {
        if (one.kind !== 'updated' || !this.#backend.owns(one.variable))
          return this.#tensorFor(one, dataOf, made);
        updated.push(one.variable);
        return one.variable;
      });
      this.#plan.run(given, numbers);
      return this.#hand(given, dataOf);
    } finally {
      dispose(made);
    }
  }

  reproduces(
    dataOf: (source: Fed) => DataId,
    numbers: readonly number[],
    results: readonly Tensor[],
  ): boolean {
    const made: Tensor[] = [];
    try {
      const given = this.#layout.given.map((one) => this.#tensorFor(one, dataOf, made));
      this.#plan.run(given, numbers);
      const created = results.filter((_, i) => this.#recording.results[i]?.identity === null);
      const pairs = [
        ...this.#layout.assigned.map(({ variable, from }) => ({ from, actual: variable.dataId })),
        ...this.#layout.results.map(({ from }, i) => ({ from, actual: created[i]!.dataId })),
      ];
      return pairs.every(({ from, actual }) =>
        equalValues(this.#backend.readSync(dataFrom(from, given, dataOf)), this.#backend.readSync(actual)),
      );
    } finally {
      dispose(made);
    }
  }

  failure(error: unknown): unknown {
    return nativeFailure(error, this.#layout, this.#updated);
  }

  dispose(): void {
    this.#plan.dispose();
  }

  /** The tensor that a run gives to the plan; a new one is added to `made`. */
  #tensorFor(one: Given, dataOf: (source: Fed) => DataId, made: Tensor[]): TensorInfo {
    const shape = [...one.shape];
    if (one.kind === 'read') return { dataId: dataOf(one.source), shape, dtype: one.dtype };
    const tensor = this.#backend.empty(shape, one.dtype);
    made.push(tensor);
    return tensor;
  }

  /** Gives variables their new values, and returns the tensors of the step's results. */
  #hand(given: readonly TensorInfo[], dataOf: (source: Fed) => DataId): Tensor[] {
    const { assigned, results } = this.#layout;
    const share = (from: Leaving, { shape, dtype }: Pick<Tensor, 'dtype'> & { shape: readonly number[] }) => {
      const dataId = dataFrom(from, given, dataOf);
      this.#backend.incRef(dataId);
      return engine().makeTensorFromDataId(dataId, [...shape], dtype);
    };
    const created = results.map((result) => share(result.from, result));
    const changed = assigned.filter(
      ({ variable, from }) => dataFrom(from, given, dataOf) !== variable.dataId,
    );
    // All before the first assignment: one may take what another one had.
    const values = changed.map(({ variable, from }) => share(from, variable));
    for (const [i, { variable }] of changed.entries()) variable.assign(values[i]!);
    dispose(values);
    return created;
  }
}

function dataFrom(from: Leaving, given: readonly TensorInfo[], dataOf: (source: Fed) => DataId): DataId {
  return from.kind === 'given' ? given[from.index]!.dataId : dataOf(from.source);
}
