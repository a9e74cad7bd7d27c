import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/**
 * The contract of all objects in a checkpoint: modules, optimizers, generators, loaders, metrics,
 * early stopping.
 *
 * `stateDict()` returns a tree of plain JSON, tensors and typed arrays; its tensors belong to the
 * owner. `loadStateDict(state)` checks first: if it throws, nothing was loaded.
 */
export interface Stateful {
  /** Returns everything that the object needs to continue from here. */
  stateDict(): unknown;
  /** Loads a state that {@link stateDict} returned, in this process or another. */
  loadStateDict(state: unknown): unknown;
}

/** The typed arrays that a state may hold. */
export type StateArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array;

/** A node of a state: plain JSON with bigints and numbers of every kind, tensors, typed arrays. */
export type StateTree =
  | null
  | boolean
  | number
  | bigint
  | string
  | Tensor
  | StateArray
  | readonly StateTree[]
  | { readonly [key: string]: StateTree };

/** The part of a `Module` of `@trainkit/nn` that a trainer needs. */
export interface ModuleLike extends Stateful {
  /** The variables that are trained. */
  parameters(): Variable[];
}

/** The part of a `tf.LayersModel` that a trainer needs. */
export interface LayersModelLike {
  /** All weights, including those that are not trained. */
  readonly weights: readonly LayerWeight[];
  /** The weights that are trained. */
  readonly trainableWeights: readonly LayerWeight[];
  /** Copies tensors into all weights, in their order. */
  setWeights(weights: Tensor[]): void;
}

/** One weight of a `tf.LayersModel`. */
export interface LayerWeight {
  /** The weight's name in its layer. */
  readonly originalName: string;
  /** Returns the weight's own variable. */
  read(): Tensor;
}

/** A model to train: a module, a `tf.LayersModel`, or plain variables. */
export type Model =
  | ModuleLike
  | LayersModelLike
  | Variable
  | readonly Variable[]
  | { readonly [name: string]: Variable };

/**
 * The part of an optimizer that a trainer needs; with `stateDict` and `loadStateDict` a run can be
 * resumed.
 */
export interface OptimizerLike {
  /** Updates the variables with their gradients, whose names are `variable.name`. */
  applyGradients(gradients: unknown): void;
}
