import type { Tensor } from '@tensorflow/tfjs-core';

/** One thing that a checkpoint holds, whatever its class calls its state. */
export interface Part {
  /** Returns the state; its tensors stay the owner's, but for those in `made`. */
  read(made: Tensor[]): unknown;
  /** Goes to a state; the tensors stay the caller's. */
  load(state: unknown): unknown;
}
