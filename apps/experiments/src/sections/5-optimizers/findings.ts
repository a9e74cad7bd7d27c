import { AdamW, SGD } from '@trainkit/optimizers';
import type { Findings } from '../section.js';
import { type SanityCheck, sanityCheck } from '../shared/sanity-check.js';
import { type Path, valleyPaths } from './valley.js';
import { type Decay, weightDecay } from './weight-decay.js';

/** Number of steps in the valley. */
export const VALLEY_STEPS = 60;
/** Number of steps of the decaying weights. */
export const DECAY_STEPS = 400;

/** The findings of section 5. */
export interface OptimizerFindings extends Findings {
  check: SanityCheck;
  /** The path of each optimizer in a valley. */
  paths: readonly Path[];
  /** The weights of each optimizer under weight decay. */
  decays: readonly Decay[];
}

/** Checks the optimizers, and computes their paths in a valley and their weight decay. */
export function findOptimizers(): OptimizerFindings {
  const check = sanityCheck({ optimizer: AdamW, SGD });
  const paths = valleyPaths(VALLEY_STEPS);
  const decays = weightDecay(DECAY_STEPS);
  return {
    check,
    paths,
    decays,
    record: {
      checks: check.checks,
      valley: paths.map(({ title, points }) => ({
        optimizer: title,
        steps: VALLEY_STEPS,
        end: points.at(-1),
      })),
      weightDecay: decays.map(({ optimizer, gradient, weights }) => ({
        optimizer,
        gradient,
        steps: DECAY_STEPS,
        end: weights.at(-1),
      })),
    },
  };
}
