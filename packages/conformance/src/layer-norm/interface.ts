import type { Observation } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';

/** The options of a LayerNorm. */
export interface LayerNormOptions {
  eps?: number;
  elementwiseAffine?: boolean;
}

/** What the script does with a LayerNorm, be it anyone's class or the model. */
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
