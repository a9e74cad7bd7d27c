import { type DataId, dispose, engine, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { expected, isSameShape, showShape } from '@trainkit/checks';
import { withJournal } from '@trainkit/kernels/capture';
import { type AliasGuard, guardHolds, narrowed, sameAliasGuards } from './alias-guards.js';
import { difference, guardDifference } from './compare.js';
import { HostJournal } from './host-journal.js';
import type { Fed, Guard, Recording } from './recording.js';
import { unflatten } from './structure.js';
import type { Program, Target } from './target.js';

/** A recording that is run again: its guards, its JavaScript, and the program of its backend. */
export class Replay {
  readonly #target: Target;
  readonly #recording: Recording;
  #aliasGuards: readonly AliasGuard[];
  readonly #program: Program;
  /** The variables' own marks of whether gradients are taken of them. */
  readonly #trainable: readonly boolean[];

  /**
   * @param aliasGuards what the runs that it comes from have left open
   * @throws where the backend refuses the program
   */
  constructor(target: Target, recording: Recording, aliasGuards: readonly AliasGuard[]) {
    this.#target = target;
    this.#recording = recording;
    this.#aliasGuards = aliasGuards;
    if (recording.assigned.length === 0 && recording.results.every(({ identity }) => identity !== null))
      throw new Error('it neither returns nor assigns anything new');
    this.#program = target.program(recording);
    this.#trainable = this.#program.variables.map(({ trainable }) => trainable);
  }

  /** True where it can never run again: something that it uses is gone. */
  get isStale(): boolean {
    const { variables, external } = this.#program;
    return (
      variables.some(({ isDisposed }) => isDisposed) ||
      external.some((dataId) => !this.#target.has(dataId)) ||
      this.#aliasGuards.some(
        ({ data, owners }) =>
          data !== null &&
          // An argument may be found not to be what the step holds, as in {@link widen}.
          owners.every((owner) => typeof owner !== 'number') &&
          !this.#target.has(data),
      )
    );
  }

  /**
   * Leaves out what another run of the same step, with other tensors, has shown to be apart;
   * returns whether there was any.
   */
  widen(recording: Recording): boolean {
    if (guardDifference(this.#recording, recording) !== null) return false;
    if (difference(this.#recording, recording) !== null) return false;
    const before = this.#aliasGuards;
    this.#aliasGuards = narrowed(before, recording);
    return !sameAliasGuards(before, this.#aliasGuards);
  }

  /** Returns true where its guards hold for these arguments. */
  fits(args: readonly Tensor[]): boolean {
    const { variables } = this.#program;
    if (variables.some(({ trainable }, i) => trainable !== this.#trainable[i])) return false;
    if (!this.#aliasGuards.every((guard) => guardHolds(guard, args))) return false;
    return tidy(() => this.#recording.guards.every((guard) => this.#holds(guard, args)));
  }

  #holds({ read, tensors, value }: Guard, args: readonly Tensor[]): boolean {
    const given = tensors.flatMap(({ source, shape, dtype }) => {
      if (source.kind === 'argument') return args[source.index] ?? [];
      if (source.kind === 'variable') return source.variable;
      if (source.kind !== 'external') return [];
      this.#target.incRef(source.dataId);
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

  /**
   * Runs the step, its JavaScript, then its program, and returns what it returns; where that fails,
   * the error says whether all is as before.
   */
  run(args: readonly Tensor[]): unknown {
    const made: Tensor[] = [];
    const numbers: number[] = [];
    const journal = new HostJournal();
    let created: readonly Tensor[];
    try {
      const inputs = withJournal(journal, () => this.#runHostEvents(made, numbers, journal));
      created = this.#program.run((source) => dataOf(source, args, inputs), numbers);
    } catch (error) {
      journal.undo();
      throw this.#program.failure(error);
    } finally {
      dispose(made);
    }
    const { structure, results } = this.#recording;
    let next = 0;
    return unflatten(
      structure,
      results.map(({ identity }) => {
        if (identity === null) return created[next++]!;
        if (identity.kind === 'held') return identity.tensor;
        return identity.kind === 'argument' ? args[identity.index]! : identity.variable;
      }),
    );
  }

  /**
   * Runs the program once on what the recorded run started from, and tells whether all that it
   * gives is what that run gave, to the last bit; nothing of the step changes.
   */
  reproduces(
    dataBefore: (source: Fed) => DataId | null,
    numbers: readonly number[],
    results: readonly Tensor[],
  ): boolean {
    const before = (source: Fed): DataId => {
      const data = dataBefore(source);
      if (data === null || !this.#target.has(data)) throw new Error('it disposes of what it started from');
      return data;
    };
    return this.#program.reproduces(before, numbers, results);
  }

  dispose(): void {
    this.#program.dispose();
  }

  /** The JavaScript of a step, in its order; returns what it made, by entry. */
  #runHostEvents(made: Tensor[], numbers: number[], journal: HostJournal): Map<number, Tensor> {
    const inputs = new Map<number, Tensor>();
    for (const [i, entry] of this.#recording.hostEvents.entries()) {
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
}

function dataOf(source: Fed, args: readonly Tensor[], inputs: ReadonlyMap<number, Tensor>): DataId {
  switch (source.kind) {
    case 'argument':
      return args[source.index]!.dataId;
    case 'variable':
      return source.variable.dataId;
    case 'external':
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
      'a freshTensor',
      tensor,
      `${dtype} of shape ${showShape(shape)}, as in the recorded step`,
      'What decides its shape has to be an argument or a guard.',
    ),
  );
}
