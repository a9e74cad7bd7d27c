import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { ResolvedGroup } from './parameter-groups.js';
import type { ParameterState, ScaledTensor } from './parameter-state.js';

/** What an update works on: the gradient of one variable, and what the optimizer remembers of it. */
export interface Update<Hyper> {
  /** The variable. */
  parameter: Variable;
  /** Its gradient, of its shape. */
  gradient: Tensor;
  /** What is remembered of it. */
  state: ParameterState;
  /** Its group, with all options. */
  group: ResolvedGroup<Hyper>;
  /**
   * The group's rate for this update: a schedule's value, where it is one. In a step that is recorded and replayed it is
   * read anew in each, within a `stepNumber` of `@trainkit/kernels`, as `state.step` is.
   */
  rate: () => number;
}

/** The new value of a variable and of its state. */
export interface Updated {
  /** What the variable becomes. */
  parameter: Tensor;
  /** What is to be remembered, by PyTorch's keys. */
  state: Readonly<Record<string, Tensor | ScaledTensor>>;
}
