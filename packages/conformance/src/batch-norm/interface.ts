import type { Observation } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';

/** The options of a BatchNorm. */
export interface BatchNormOptions {
  eps?: number;
  momentum?: number;
  affine?: boolean;
}

/**
 * The calls that the scenario makes on a BatchNorm; the checked class and the model both have them.
 */
export interface BatchNormInterface {
  forward(x: Block, training: boolean): readonly number[];
  /** The gradients of Σ upstream · forward(x). */
  gradients(
    x: Block,
    upstream: readonly number[],
    training: boolean,
  ): Record<'x' | 'weight' | 'bias', Observation>;
  mean(): readonly number[];
  variance(): readonly number[];
  affine(): readonly number[];
  setAffine(weight: readonly number[], bias: readonly number[]): void;
}

/** Makes a BatchNorm. */
export type MakeBatchNorm = (numFeatures: number, options?: BatchNormOptions) => BatchNormInterface;
