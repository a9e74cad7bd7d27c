import type { DataId, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { NativeBackend, NativeResult, NativeTensorData } from '@trainkit/kernels/node';
import { equalValues } from '../equal-values.js';
import type { Fed, Recording } from '../recording.js';
import type { Program } from '../target.js';
import { failure } from './failure.js';
import { type Plan, plan } from './plan.js';
import { Session } from './session.js';

/** A recording that TensorFlow runs as one graph. */
export class GraphProgram implements Program {
  readonly variables: readonly Variable[];
  readonly external: readonly DataId[];
  readonly #backend: NativeBackend;
  readonly #recording: Recording;
  readonly #plan: Plan;
  readonly #session: Session;
  /** The constants in TensorFlow. */
  readonly #constants: readonly number[];
  readonly #feedNames: string;
  readonly #fetchNames: string;
  /**
   * The number that this graph has given each resident variable; another number there was assigned
   * from outside.
   */
  readonly #given = new Map<Variable, number>();

  /** @throws where TensorFlow refuses the graph */
  constructor(backend: NativeBackend, recording: Recording) {
    this.#backend = backend;
    this.#recording = recording;
    const planned = plan(recording, backend.binding);
    this.#plan = planned;
    const { feeds, constants, numbers, residents, assigned, results, nodes } = planned;
    const fed = feeds.map(({ source }) => source);
    this.variables = [
      ...fed.flatMap((source) => (source.kind === 'variable' ? [source.variable] : [])),
      ...[...residents, ...assigned].map(({ variable }) => variable),
    ];
    this.external = fed.flatMap((source) => (source.kind === 'external' ? [source.dataId] : []));
    this.#constants = constants.map(({ constant: { shape, dtype, values } }) =>
      // TensorFlow may use these very bytes as its own.
      backend.binding.createTensor(shape, dtype, values.slice()),
    );
    try {
      this.#session = new Session(backend.binding, nodes);
    } catch (error) {
      this.#freeConstants();
      throw error;
    }
    this.#feedNames = [
      ...[...constants, ...feeds].map(({ name }) => name),
      ...(numbers === null ? [] : [numbers]),
    ].join();
    this.#fetchNames = [
      ...residents.map(({ after }) => after),
      ...assigned.map(({ name }) => name),
      ...results,
    ].join();
  }

  run(dataOf: (source: Fed) => DataId, numbers: readonly number[]): Tensor[] {
    this.#settle();
    const feeds = this.#plan.feeds.map(({ source }) => dataOf(source));
    const fetched = this.#runResident(() => this.#fetch(feeds, numbers));
    const { residents, assigned, results } = this.#plan;
    for (const [i, { variable }] of residents.entries()) {
      const metadata = fetched[i]!;
      this.#assign(variable, metadata);
      this.#given.set(variable, metadata.id);
    }
    for (const [i, { variable }] of assigned.entries())
      this.#assign(variable, fetched[residents.length + i]!);
    const first = residents.length + assigned.length;
    return results.map((_, i) => this.#backend.createOutputTensor(fetched[first + i]!));
  }

  reproduces(
    dataOf: (source: Fed) => DataId,
    numbers: readonly number[],
    results: readonly Tensor[],
  ): boolean {
    const { feeds, residents, assigned } = this.#plan;
    this.#set(
      residents.map(({ variable }) =>
        dataOf({ kind: 'variable', variable, shape: variable.shape, dtype: 0 }),
      ),
    );
    const fetched = this.#fetch(
      feeds.map(({ source }) => dataOf(source)),
      numbers,
    );
    const expected = [
      ...[...residents, ...assigned].map(({ variable }) => variable.dataId),
      ...results.filter((_, i) => this.#recording.results[i]?.identity === null).map(({ dataId }) => dataId),
    ];
    const { binding } = this.#backend;
    const same = fetched.every(({ id }, i) =>
      equalValues(binding.tensorDataSync(id), this.#backend.readSync(expected[i]!)),
    );
    for (const { id } of fetched) binding.deleteTensor(id);
    return same;
  }

  failure(error: unknown): unknown {
    return failure(error, this.#recording.calls, this.#plan);
  }

  dispose(): void {
    this.#session.dispose();
    this.#freeConstants();
  }

  #freeConstants(): void {
    for (const id of this.#constants) this.#backend.binding.deleteTensor(id);
  }

  #fetch(feeds: readonly DataId[], numbers: readonly number[]): NativeResult[] {
    const { binding } = this.#backend;
    const ids = [...this.#constants, ...this.#ids(feeds)];
    if (this.#plan.numbers === null) return this.#session.run(ids, this.#feedNames, this.#fetchNames);
    const vector = binding.createTensor([numbers.length], binding.TF_FLOAT, Float32Array.from(numbers));
    try {
      return this.#session.run([...ids, vector], this.#feedNames, this.#fetchNames);
    } finally {
      binding.deleteTensor(vector);
    }
  }

  /** Takes over what was assigned to resident variables from outside. */
  #settle(): void {
    const { residents } = this.#plan;
    const ids = this.#ids(residents.map(({ variable }) => variable.dataId));
    if (residents.every(({ variable }, i) => this.#given.get(variable) === ids[i])) return;
    this.#set(residents.map(({ variable }) => variable.dataId));
  }

  #set(values: readonly DataId[]): void {
    const { residents } = this.#plan;
    if (residents.length === 0) return;
    const names = residents.map(({ feed }) => feed).join();
    const done = this.#session.run(this.#ids(values), names, residents.map(({ set }) => set).join());
    for (const { id } of done) this.#backend.binding.deleteTensor(id);
  }

  /**
   * Runs the graph with its variables' values out of TensorFlow.js' hands, where nobody else holds
   * them: what has one owner is updated in place, where else it would be copied, which costs more
   * than the update.
   */
  #runResident(run: () => NativeResult[]): NativeResult[] {
    const { binding, tensorMap } = this.#backend;
    const { residents } = this.#plan;
    const lent: { data: NativeTensorData; before: string }[] = [];
    if (!this.#plan.updatesLast) return this.#runCopying(run);
    for (const { variable, before } of residents) {
      if (this.#backend.refCount(variable.dataId) !== 1) continue;
      const data = tensorMap.get(variable.dataId);
      binding.deleteTensor(data.id);
      data.id = -1;
      lent.push({ data, before });
    }
    try {
      return run();
    } catch (error) {
      if (lent.length > 0) {
        const [always] = this.#constants;
        const back = this.#session.run([always!], 'always:0', lent.map(({ before }) => before).join());
        for (const [i, { data }] of lent.entries()) data.id = back[i]!.id;
      }
      this.#given.clear();
      throw error;
    }
  }

  /**
   * Runs the graph while TensorFlow.js keeps the variables' values, for a step that may fail after
   * it has updated some.
   */
  #runCopying(run: () => NativeResult[]): NativeResult[] {
    try {
      return run();
    } catch (error) {
      // The graph's own variables may be new ones: they get TensorFlow.js' values before the next
      // run.
      this.#given.clear();
      throw error;
    }
  }

  /** Gives a variable a value; where nobody else has the old one, that costs nothing. */
  #assign(variable: Variable, metadata: NativeResult): void {
    const { binding, tensorMap } = this.#backend;
    if (this.#backend.refCount(variable.dataId) === 1) {
      const data = tensorMap.get(variable.dataId);
      if (data.id >= 0) binding.deleteTensor(data.id);
      data.id = metadata.id;
      data.values = null;
      return;
    }
    const value = this.#backend.createOutputTensor(metadata);
    variable.assign(value);
    value.dispose();
  }

  #ids(data: readonly DataId[]): number[] {
    return this.#backend.getInputTensorIds(data.map((dataId) => ({ dataId })));
  }
}
