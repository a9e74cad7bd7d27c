import { variable as makeVariable, mul, type Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';
import { sideEffect } from '@trainkit/kernels/capture';

/**
 * A tensor of a state as it is saved: float64 where the optimizer keeps a multiple of it, which
 * would round.
 */
export interface SavedTensor {
  values: Float32Array | Float64Array;
  shape: readonly number[];
}

/** The state of one variable: the number of its updates, and tensors by PyTorch's keys. */
export class ParameterState {
  /** The number of updates that the variable has had. */
  step = 0;
  /**
   * The keys and their scales, as a text: a step that was recorded with another one is another
   * step.
   */
  layout = '';
  readonly #kept = new Map<string, { variable: Variable; scale: number }>();

  /** @param scaleOf the scale that each key is kept with */
  static load(
    step: number,
    tensors: Iterable<readonly [key: string, saved: SavedTensor]>,
    scaleOf: (key: string) => number,
  ): ParameterState {
    const state = new ParameterState();
    state.step = step;
    for (const [key, { values, shape }] of tensors) {
      const scale = scaleOf(key);
      // The product rounds to the very float32 that `saved` divided.
      const kept = tensor(
        Float32Array.from(values, (value) => value * scale),
        [...shape],
        'float32',
      );
      state.set(key, kept, scale);
      kept.dispose();
    }
    return state;
  }

  /** Returns the tensor of that key times `scale`, or undefined where there is none yet. */
  get(key: string, scale: number): Tensor | undefined {
    const kept = this.#kept.get(key);
    return kept === undefined || kept.scale === scale
      ? kept?.variable
      : mul(kept.variable, scale / kept.scale);
  }

  /** Keeps `value`'s numbers, `scale` times the state; the tensor stays the caller's. */
  set(key: string, value: Tensor, scale: number): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) {
      this.#kept.set(key, { variable: makeVariable(value, false), scale });
      this.#describe();
      return;
    }
    if (value !== kept.variable) kept.variable.assign(value);
    const before = kept.scale;
    if (scale === before) return;
    const setScale = (next: number) => {
      kept.scale = next;
      this.#describe();
    };
    // In each replay too: what it has kept would be scaled again by the next.
    sideEffect(
      () => setScale(scale),
      () => setScale(before),
    );
  }

  /** Returns the keys, with their tensors or, where a multiple is kept, the numbers themselves. */
  entries(): [key: string, value: Variable | Float64Array][] {
    return [...this.#kept].map(([key, { variable, scale }]) => [
      key,
      scale === 1 ? variable : Float64Array.from(variable.dataSync(), (value) => value / scale),
    ]);
  }

  /** Returns the shape of that key's tensor. */
  shapeOf(key: string): readonly number[] {
    return this.#kept.get(key)?.variable.shape ?? [];
  }

  /** Frees the tensors. */
  dispose(): void {
    for (const { variable } of this.#kept.values()) if (!variable.isDisposed) variable.dispose();
    this.#kept.clear();
  }

  #describe(): void {
    this.layout = [...this.#kept].map(([key, { scale }]) => `${key} ${scale}`).join();
  }
}
