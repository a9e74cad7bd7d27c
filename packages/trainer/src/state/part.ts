import type { Tensor } from '@tensorflow/tfjs-core';

/** An object whose state a checkpoint contains, with a common interface for all classes. */
export interface Part {
  /** Returns the state; its tensors belong to the owner, except those in `made`. */
  read(made: Tensor[]): unknown;
  /** Loads a state; the tensors belong to the caller. */
  load(state: unknown): unknown;
}
