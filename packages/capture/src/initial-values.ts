import { clone, type DataId, dispose, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { Source } from './recording.js';

/**
 * The values that a recorded run started from, to run the recording again on them: the arguments,
 * and copies kept here.
 */
export class InitialValues {
  readonly #args: readonly Tensor[];
  readonly #variables = new Map<Variable, Tensor>();
  /** The tensors that host events made, by their index. */
  readonly #made = new Map<number, Tensor>();

  constructor(args: readonly Tensor[]) {
    this.#args = args;
  }

  /** The variables, with the values that they had. */
  get variables(): ReadonlyMap<Variable, Tensor> {
    return this.#variables;
  }

  /** The kept tensors that host events made. */
  get made(): Iterable<Tensor> {
    return this.#made.values();
  }

  keepVariable(variable: Variable): void {
    this.#variables.set(variable, own(variable));
  }

  /** Keeps the tensor that a host event made. */
  keepMade(entry: number, tensor: Tensor): void {
    this.#made.set(entry, own(tensor));
  }

  /** The data behind a source, as they were; null where the step itself makes them. */
  dataOf(source: Source): DataId | null {
    switch (source.kind) {
      case 'argument':
        return this.#args[source.index]?.dataId ?? null;
      case 'variable':
        return this.#variables.get(source.variable)?.dataId ?? null;
      case 'external':
        return source.dataId;
      case 'input':
        return this.#made.get(source.entry)?.dataId ?? null;
      default:
        return null;
    }
  }

  release(): void {
    dispose([...this.#variables.values(), ...this.#made.values()]);
    this.#variables.clear();
    this.#made.clear();
  }
}

/** A tensor of the same data that no tidy disposes of. */
function own(tensor: Tensor): Tensor {
  return keep(clone(tensor));
}
