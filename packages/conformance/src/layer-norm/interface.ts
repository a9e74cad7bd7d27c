import type { Observation } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';

/** The options of a LayerNorm. */
export interface LayerNormOptions {
  eps?: number;
  elementwiseAffine?: boolean;
}

/**
 * The calls that the scenario makes on a LayerNorm; the checked class and the model both have them.
 */
export interface LayerNormInterface {
  forward(x: Block, training: boolean): readonly number[];
  /** The gradients of Σ upstream · forward(x). */
  gradients(x: Block, upstream: readonly number[]): Record<'x' | 'weight' | 'bias', Observation>;
  affine(): readonly number[];
  setAffine(weight: readonly number[], bias: readonly number[]): void;
}

/** Makes a LayerNorm. */
export type MakeLayerNorm = (
  normalizedShape: number | readonly number[],
  options?: LayerNormOptions,
) => LayerNormInterface;
