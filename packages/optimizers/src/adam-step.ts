import type { Tensor } from '@tensorflow/tfjs-core';

/** What a step of Adam goes by. */
export type AdamInputs = { parameter: Tensor; gradient: Tensor; expAvg: Tensor; expAvgSq: Tensor };
/** With the largest average of squares so far. */
export type AmsgradInputs = AdamInputs & { maxExpAvgSq: Tensor };

/** The numbers of one step, all computed in double precision. */
export type AdamAttributes = {
  beta1: number;
  beta2: number;
  /** learningRate / (1 − β1^t) */
  stepSize: number;
  /** √(1 − β2^t) */
  correction: number;
  eps: number;
  /** What the gradient gets of the parameter: L2. */
  weightDecay: number;
  /** What the parameter is multiplied by first: decoupled decay. */
  shrink: number;
  maximize: boolean;
  /** Whether the parameter and the averages are given up: their memory may then hold the results. */
  inPlace: boolean;
};
