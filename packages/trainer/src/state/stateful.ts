import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/**
 * The contract of everything that a checkpoint holds: modules, optimizers, generators, loaders, metrics, early stopping.
 *
 * `stateDict()` returns a tree of plain JSON, tensors and typed arrays; its tensors stay the owner's. `loadStateDict(state)`
 * checks first: where it throws, nothing was loaded.
 */
export interface Stateful {
  /** Returns everything that the object needs to go on from here. */
  stateDict(): unknown;
  /** Goes to a state that {@link stateDict} returned, in this process or another. */
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
  /** All weights, those that are not trained too. */
  readonly weights: readonly LayerWeight[];
  /** The weights that are trained. */
  readonly trainableWeights: readonly LayerWeight[];
  /** Copies tensors into all weights, in their order. */
  setWeights(weights: Tensor[]): void;
}

/** One weight of a `tf.LayersModel`. */
export interface LayerWeight {
  /** The name that the layer gave it. */
  readonly originalName: string;
  /** Returns the weight's own variable. */
  read(): Tensor;
}

/** The models that a trainer trains: a module, a `tf.LayersModel`, or bare variables. */
export type Model =
  | ModuleLike
  | LayersModelLike
  | Variable
  | readonly Variable[]
  | { readonly [name: string]: Variable };

/** The part of an optimizer that a trainer needs; `stateDict` and `loadStateDict` beside it make a run resumable. */
export interface OptimizerLike {
  /** Updates the variables by their gradients, which are named by `variable.name`. */
  applyGradients(gradients: unknown): void;
}
