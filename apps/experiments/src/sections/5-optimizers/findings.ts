import { AdamW, SGD } from '@trainkit/optimizers';
import type { Findings } from '../section.js';
import { type SanityCheck, sanityCheck } from '../shared/sanity-check.js';
import { type Path, valleyPaths } from './valley.js';
import { type Decay, weightDecay } from './weight-decay.js';

/** Steps down the valley. */
export const VALLEY_STEPS = 60;
/** Steps of the decaying weights. */
export const DECAY_STEPS = 400;

/** What section 5 finds. */
export interface OptimizerFindings extends Findings {
  check: SanityCheck;
  /** Each optimizer's way down a valley. */
  paths: readonly Path[];
  /** Each optimizer's weights that decay alone moves. */
  decays: readonly Decay[];
}

/** Checks the optimizers, sends them down a valley, and lets them decay weights. */
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
      valley: paths.map(({ title, places }) => ({
        optimizer: title,
        steps: VALLEY_STEPS,
        end: places.at(-1),
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
