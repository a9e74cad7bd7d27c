import { variable as makeVariable, type Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';
import { stepFact } from '@trainkit/kernels';

/** What an optimizer remembers of one variable: how often it was updated, and tensors of its shape by PyTorch's keys. */
export class ParameterState {
  #step = 0;
  readonly #tensors = new Map<string, Variable>();

  /** A state of copies that share nothing with what they are copied from, on the active backend. */
  static copy(step: number, tensors: Iterable<readonly [key: string, value: Tensor]>): ParameterState {
    const state = new ParameterState();
    state.step = step;
    for (const [key, value] of tensors) {
      const copy = tensor(value.dataSync().slice(), value.shape, 'float32');
      state.set(key, copy);
      copy.dispose();
    }
    return state;
  }

  /**
   * The number of updates that this variable has had. A step that is recorded must read it within a `stepNumber` of
   * `@trainkit/kernels`, or it cannot be replayed, as it is another one each time.
   */
  get step(): number {
    return stepFact(() => this.#step);
  }

  set step(step: number) {
    this.#step = step;
  }

  /** The tensor of that key, or undefined before the first update that needs it. */
  get(key: string): Variable | undefined {
    return this.#tensors.get(key);
  }

  /** All keys and their tensors. */
  entries(): [string, Variable][] {
    return [...this.#tensors];
  }

  /** Keeps `value`'s numbers; the tensor stays the caller's. */
  set(key: string, value: Tensor): void {
    const known = this.#tensors.get(key);
    if (known === undefined) this.#tensors.set(key, makeVariable(value, false));
    else known.assign(value);
  }

  /** Frees the tensors. */
  dispose(): void {
    for (const [, kept] of this.#tensors) if (!kept.isDisposed) kept.dispose();
    this.#tensors.clear();
  }
}
