import { type DataId, dispose, engine, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { expected, isSameShape, showShape } from '@trainkit/checks';
import { journalStep } from '@trainkit/kernels';
import type { NativeBackend, NativeResult, NativeTensorData, NativeValues } from '@trainkit/kernels/node';
import { type Bond, holds, narrowed, sameBonds } from './bonds.js';
import { difference, factDifference } from './compare.js';
import { failure } from './failure.js';
import { HostJournal } from './host-journal.js';
import { type Fed, type Plan, plan } from './plan.js';
import type { RecordedFact, Recording } from './recording.js';
import { Session } from './session.js';
import { unflatten } from './structure.js';

/** A recording that TensorFlow runs as one graph. */
export class Replay {
  readonly #backend: NativeBackend;
  readonly #recording: Recording;
  #bonds: readonly Bond[];
  readonly #plan: Plan;
  readonly #session: Session;
  readonly #variables: readonly Variable[];
  readonly #outside: readonly DataId[];
  /** Which variables gradients are taken of is the variables' own say. */
  readonly #trainable: readonly boolean[];
  /** The constants in TensorFlow. */
  readonly #constants: readonly number[];
  readonly #feedNames: string;
  readonly #fetchNames: string;
  /** What this graph has given each resident variable; another number there was assigned from outside. */
  readonly #given = new Map<Variable, number>();

  /**
   * @param bonds what the runs that it comes from have left open
   * @throws where TensorFlow refuses the graph
   */
  constructor(backend: NativeBackend, recording: Recording, bonds: readonly Bond[]) {
    this.#backend = backend;
    this.#recording = recording;
    this.#bonds = bonds;
    const planned = plan(recording, backend.binding);
    this.#plan = planned;
    const { feeds, constants, numbers, residents, assigned, results, nodes } = planned;
    const fed = feeds.map(({ source }) => source);
    this.#variables = [
      ...fed.flatMap((source) => (source.kind === 'variable' ? [source.variable] : [])),
      ...[...residents, ...assigned].map(({ variable }) => variable),
    ];
    this.#trainable = this.#variables.map(({ trainable }) => trainable);
    this.#outside = fed.flatMap((source) => (source.kind === 'outside' ? [source.dataId] : []));
    if (residents.length + assigned.length + results.length === 0)
      throw new Error('it neither returns nor assigns anything new');
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

  /** Whether it can never run again: something that it uses is gone. */
  get isDead(): boolean {
    return (
      this.#variables.some(({ isDisposed }) => isDisposed) ||
      this.#outside.some((dataId) => !this.#backend.tensorMap.has(dataId)) ||
      this.#bonds.some(
        ({ data, owners }) =>
          data !== null &&
          // An argument may be found not to be what the step holds, as in {@link widen}.
          owners.every((owner) => typeof owner !== 'number') &&
          !this.#backend.tensorMap.has(data),
      )
    );
  }

  /**
   * Leaves out what another run of the same step, with other tensors, has shown to be apart; returns whether there was any.
   */
  widen(recording: Recording): boolean {
    if (factDifference(this.#recording, recording) !== null) return false;
    if (difference(this.#recording, recording) !== null) return false;
    const before = this.#bonds;
    this.#bonds = narrowed(before, recording);
    return !sameBonds(before, this.#bonds);
  }

  /** Whether this is the recording of the step that these arguments make, as far as its facts tell. */
  fits(args: readonly Tensor[]): boolean {
    if (this.#variables.some(({ trainable }, i) => trainable !== this.#trainable[i])) return false;
    if (!this.#bonds.every((bond) => holds(bond, args))) return false;
    return tidy(() => this.#recording.facts.every((fact) => this.#holds(fact, args)));
  }

  #holds({ read, tensors, value }: RecordedFact, args: readonly Tensor[]): boolean {
    const given = tensors.flatMap(({ source, shape, dtype }) => {
      if (source.kind === 'argument') return args[source.index] ?? [];
      if (source.kind === 'variable') return source.variable;
      if (source.kind !== 'outside') return [];
      this.#backend.incRef(source.dataId);
      return engine().makeTensorFromDataId(source.dataId, shape, dtype);
    });
    if (given.length !== tensors.length) return false;
    try {
      return Object.is(read(...given), value);
    } catch {
      // Run eagerly, the step will throw the same, in its place.
      return false;
    }
  }

  /** Runs the step, its JavaScript, then its graph, and returns what it returns; where that fails, its {@link failure} says whether all is as before. */
  run(args: readonly Tensor[]): unknown {
    const made: Tensor[] = [];
    const numbers: number[] = [];
    const journal = new HostJournal();
    let fetched: NativeResult[];
    try {
      const inputs = journalStep(journal, () => this.#runScript(made, numbers, journal));
      this.#settle();
      const feeds = this.#plan.feeds.map(({ source }) => dataOf(source, args, inputs));
      fetched = this.#runResident(() => this.#fetch(feeds, numbers));
    } catch (error) {
      journal.undo();
      throw failure(error, this.#recording.calls, this.#plan);
    } finally {
      dispose(made);
    }
    const { residents, assigned, results } = this.#plan;
    for (const [i, { variable }] of residents.entries()) {
      const metadata = fetched[i]!;
      this.#assign(variable, metadata);
      this.#given.set(variable, metadata.id);
    }
    for (const [i, { variable }] of assigned.entries())
      this.#assign(variable, fetched[residents.length + i]!);
    const first = residents.length + assigned.length;
    const created = results.map((_, i) => this.#backend.createOutputTensor(fetched[first + i]!));
    const { structure, results: returned } = this.#recording;
    let next = 0;
    return unflatten(
      structure,
      returned.map(({ identity }) => {
        if (identity === null) return created[next++]!;
        if (identity.kind === 'held') return identity.tensor;
        return identity.kind === 'argument' ? args[identity.index]! : identity.variable;
      }),
    );
  }

  /**
   * Runs the graph once on what the recorded run started from, and tells whether all that it gives is what that run
   * gave, to the last bit; nothing but the graph's own variables changes.
   */
  reproduces(
    dataBefore: (source: Fed) => DataId | null,
    numbers: readonly number[],
    results: readonly Tensor[],
  ): boolean {
    const { feeds, residents, assigned } = this.#plan;
    const before = (source: Fed): DataId => {
      const data = dataBefore(source);
      if (data === null || !this.#backend.tensorMap.has(data))
        throw new Error('it disposes of what it started from');
      return data;
    };
    this.#set(
      residents.map(({ variable }) =>
        before({ kind: 'variable', variable, shape: variable.shape, dtype: 0 }),
      ),
    );
    const fetched = this.#fetch(
      feeds.map(({ source }) => before(source)),
      numbers,
    );
    const expected = [
      ...[...residents, ...assigned].map(({ variable }) => variable.dataId),
      ...results.filter((_, i) => this.#recording.results[i]?.identity === null).map(({ dataId }) => dataId),
    ];
    const { binding } = this.#backend;
    const same = fetched.every(({ id }, i) =>
      sameValues(binding.tensorDataSync(id), this.#backend.readSync(expected[i]!)),
    );
    for (const { id } of fetched) binding.deleteTensor(id);
    return same;
  }

  dispose(): void {
    this.#session.dispose();
    this.#freeConstants();
  }

  #freeConstants(): void {
    for (const id of this.#constants) this.#backend.binding.deleteTensor(id);
  }

  /** The JavaScript of a step, in its order; returns what it made, by entry. */
  #runScript(made: Tensor[], numbers: number[], journal: HostJournal): Map<number, Tensor> {
    const inputs = new Map<number, Tensor>();
    for (const [i, entry] of this.#recording.script.entries()) {
      if (entry.kind === 'effect') {
        entry.run();
        journal.did(entry.undo);
      } else if (entry.kind === 'number') numbers.push(entry.read());
      else {
        const tensor = tidy(entry.make);
        made.push(tensor);
        checkInput(tensor, entry);
        inputs.set(i, tensor);
      }
    }
    return inputs;
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
   * Runs the graph with its variables' values out of TensorFlow.js' hands, where nobody else holds them: what has one
   * owner is updated in place, where else it would be copied, which costs more than the update.
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

  /** Runs the graph while TensorFlow.js keeps the variables' values, for a step that may fail after it has updated some. */
  #runCopying(run: () => NativeResult[]): NativeResult[] {
    try {
      return run();
    } catch (error) {
      // The graph's own variables may be new ones: they get TensorFlow.js' values before the next run.
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

function dataOf(source: Fed, args: readonly Tensor[], inputs: ReadonlyMap<number, Tensor>): DataId {
  switch (source.kind) {
    case 'argument':
      return args[source.index]!.dataId;
    case 'variable':
      return source.variable.dataId;
    case 'outside':
      return source.dataId;
    case 'input':
      return inputs.get(source.entry)!.dataId;
  }
}

function checkInput(
  tensor: Tensor,
  { dtype, shape }: Pick<Tensor, 'dtype'> & { shape: readonly number[] },
): void {
  if (tensor.dtype === dtype && isSameShape(tensor.shape, shape)) return;
  throw new Error(
    expected(
      'capture',
      'a stepInput',
      tensor,
      `${dtype} of shape ${showShape(shape)}, as in the recorded step`,
      'What decides its shape has to be an argument or a stepFact.',
    ),
  );
}

/** Whether two arrays are the same to the last bit, but that one NaN is as good as another. */
function sameValues(a: NativeValues, b: NativeValues): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.length !== b.length) return false;
  if (Buffer.compare(bytesOf(a), bytesOf(b)) === 0) return true;
  return a.every((value, i) => Object.is(value, b[i]));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
