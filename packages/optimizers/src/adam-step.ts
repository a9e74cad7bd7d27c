import type { Tensor } from '@tensorflow/tfjs-core';

/** The tensors that a step of Adam starts from. */
export type AdamState = { parameter: Tensor; gradient: Tensor; expAvg: Tensor; expAvgSq: Tensor };

/**
 * The numbers that differ from step to step, as float32 scalars, so that a recorded step can be given others. Computed in
 * double precision.
 */
export type AdamScalars = {
  /** learningRate / (1 − β1^t) · √(1 − β2^t) */
  rate: Tensor;
  /** eps · √(1 − β2^t) */
  eps: Tensor;
  /** The factor of the parameter before the update: decoupled decay. */
  shrink: Tensor;
};

/** The inputs of a step of Adam. */
export type AdamInputs = AdamState & AdamScalars;
/** With the largest average of squares so far. */
export type AmsgradInputs = AdamInputs & { maxExpAvgSq: Tensor };

/** The options of one step. */
export type AdamAttributes = {
  beta1: number;
  beta2: number;
  /** What the gradient gets of the parameter: L2. */
  weightDecay: number;
  maximize: boolean;
  /** Whether the parameter and the averages are given up: their memory may then hold the results. */
  inPlace: boolean;
};

/** The number of a scalar, on backends whose numbers JavaScript can reach. */
export function numberOf(x: Tensor): number {
  return x.dataSync()[0] ?? Number.NaN;
}
