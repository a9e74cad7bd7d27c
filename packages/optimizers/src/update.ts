import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Complete } from './hyperparameters.js';

/**
 * The tensors of one update: the parameter, its gradient, and its state by PyTorch's keys.
 * `Optional` are keys without a tensor before the first update, or with some options.
 */
export type UpdateTensors<Key extends string = never, Optional extends string = never> = Readonly<
  Record<'parameter' | 'gradient' | Key, Tensor> & Partial<Record<Optional, Tensor | undefined>>
>;

/**
 * The numbers of one update as float32 scalars, so that a recorded step can be replayed with
 * others.
 */
export type Scalars<Name extends string = 'learningRate', Optional extends string = never> = Readonly<
  Record<Name, Scalar> & Partial<Record<Optional, Scalar | undefined>>
>;

/** The context from which the numbers of one update are computed. */
export interface ScalarContext<Options> {
  /** The number of this update of the variable, counted from 1. */
  step: number;
  /** The rate of this update. */
  learningRate: number;
  /** The options of the variable's group. */
  options: Complete<Options>;
}

/** The new value of a variable and of its state. */
export type Updated = Readonly<Record<string, Tensor | undefined>> & {
  /** The new value of the variable. */
  readonly parameter: Tensor;
};
