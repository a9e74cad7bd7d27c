import type { Module } from '@trainkit/nn';
import type { Generator } from '@trainkit/random';
import type { RunConfig } from './config.js';

/** One training run of the exercise. */
export interface RunDefinition {
  /** What the run is called on the command line and in the file system. */
  name: string;
  /** What the exercise calls it. */
  title: string;
  /** How it is trained. */
  training: Training;
  /** Builds the network that training starts with, drawing in PyTorch's order. */
  createModel: (generator: Generator) => Module;
  /** The PyTorch run beside which it stands in tables. */
  pytorch: string;
  /** Whether it draws PyTorch's random numbers, so that one seed gives both the same curve. */
  sameSeed: boolean;
}

/** The settings of a training, which go into the run's config. */
interface Training extends Pick<RunConfig, 'batchSize' | 'optimizer' | 'learningRate'> {
  epochs: number;
}
