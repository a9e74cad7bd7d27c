import { variable as makeVariable, type Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';

/** What an optimizer remembers of one variable: how often it was updated, and tensors of its shape by PyTorch's keys. */
export class ParameterState {
  /** The number of updates that this variable has had. */
  step = 0;
  readonly #tensors = new Map<string, Variable>();

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

  /** Keeps a copy of `values` that shares nothing with the array, on the active backend. */
  write(key: string, values: Tensor): void {
    const copy = tensor(values.dataSync().slice(), values.shape, 'float32');
    this.set(key, copy);
    copy.dispose();
  }

  /** Frees the tensors. */
  dispose(): void {
    for (const [, kept] of this.#tensors) if (!kept.isDisposed) kept.dispose();
    this.#tensors.clear();
  }
}
