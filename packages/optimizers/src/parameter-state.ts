import { variable as makeVariable, mul, type Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';
import { stepEffect, stepFact } from '@trainkit/kernels';

/** A tensor of a state, and what it is a multiple of. */
export interface ScaledTensor {
  tensor: Tensor;
  /** The tensor is so many times the state; for most 1. */
  scale: number;
}

/** What an optimizer remembers of one variable: how often it was updated, and tensors of its shape by PyTorch's keys. */
export class ParameterState {
  #step = 0;
  readonly #tensors = new Map<string, { tensor: Variable; scale: number }>();

  /** A state of copies that share nothing with what they are copied from, on the active backend. */
  static copy(step: number, tensors: Iterable<readonly [key: string, value: ScaledTensor]>): ParameterState {
    const state = new ParameterState();
    state.step = step;
    for (const [key, { tensor: value, scale }] of tensors) {
      const copy = tensor(value.dataSync().slice(), value.shape, 'float32');
      state.set(key, copy, scale);
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

  /** The tensor of that key times `scale`, or undefined before the first update that needs it. */
  get(key: string, scale = 1): Tensor | undefined {
    const kept = stepFact(() => this.#tensors.get(key)?.scale ?? null);
    const value = this.#tensors.get(key)?.tensor;
    return kept === null || value === undefined || kept === scale ? value : mul(value, scale / kept);
  }

  /** All keys and their tensors, as they are kept. */
  entries(): [string, { tensor: Variable; scale: number }][] {
    return [...this.#tensors];
  }

  /** Keeps `value`'s numbers, `scale` times the state; the tensor stays the caller's. */
  set(key: string, value: Tensor, scale = 1): void {
    const known = this.#tensors.get(key);
    if (known === undefined) {
      this.#tensors.set(key, { tensor: makeVariable(value, false), scale });
      return;
    }
    known.tensor.assign(value);
    const before = known.scale;
    if (scale === before) return;
    // In each replay too: what it has kept would be scaled again by the next.
    stepEffect(
      () => {
        known.scale = scale;
      },
      () => {
        known.scale = before;
      },
    );
  }

  /** Frees the tensors. */
  dispose(): void {
    for (const [, { tensor: kept }] of this.#tensors) if (!kept.isDisposed) kept.dispose();
    this.#tensors.clear();
  }
}
