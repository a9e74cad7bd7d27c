import type { DataLoaderState } from '@trainkit/data';
import type { GroupState } from '@trainkit/optimizers';
import type { GeneratorState } from '@trainkit/random';
import type { SafeTensor } from '@trainkit/safetensors';
import type { TestMetrics } from '../figures/metrics.js';

/** Tensors by name, as a file holds them. */
export type Tensors = Readonly<Record<string, SafeTensor>>;

/** All that a training is between two steps: with the config, what follows from it follows to the last bit. */
export interface TrainingState extends TrainingPlace {
  /** The model's parameters and buffers, by path, in this project's layout. */
  model: Tensors;
  /** The optimizer's tensors, by path and key, as `0.weight/exp_avg`. */
  optimizerTensors: Tensors;
  /** The model as it was at the best evaluation; null before the first, and where that is this very moment. */
  bestModel: Tensors | null;
}

/** The part of a {@link TrainingState} that JSON holds. */
export interface TrainingPlace {
  /** Updates so far. */
  step: number;
  /** Whether the evaluation that follows this step is done. */
  evaluated: boolean;
  generator: GeneratorState;
  loader: DataLoaderState;
  optimizer: {
    iterations: number;
    /** The numbers of each variable's state, by path: `step`, and whatever else the optimizer counts. */
    numbers: Record<string, Record<string, number>>;
    paramGroups: GroupState[];
  };
  best: BestState;
}

/** The best evaluation so far and how long ago it was; JSON holds it. */
export interface BestState {
  /** The evaluation, or null before the first. */
  best: TestMetrics | null;
  /** How many evaluations in a row were no better. */
  worse: number;
}
