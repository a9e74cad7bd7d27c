import { checkOptions, type OptionNames } from '@trainkit/checks';
import { type Brackets, type HalvingOptions, HalvingSearcher } from './halving-searcher.js';
import type { Searcher } from './searcher.js';

const HYPERBAND: OptionNames<HalvingOptions> = {
  minSteps: true,
  maxSteps: true,
  reduction: true,
  mode: true,
};

/**
 * Asynchronous Hyperband: {@link AshaSearcher} in several brackets, of which bracket s begins at
 * rung s.
 *
 * Where the first steps say little, a bracket that begins later finds what ASHA drops. With K + 1
 * rungs bracket s gets trials in proportion to ηᴷ⁻ˢ · (K + 1) / (K − s + 1), Hyperband's sizes, in
 * an order that depends on nothing but the number of the trial.
 *
 * Sources: L. Li et al., "Hyperband", JMLR 18, 2018; A. Klein et al., "Model-based Asynchronous
 * Hyperparameter and Neural Architecture Search", arXiv:2003.10865.
 */
export class HyperbandSearcher extends HalvingSearcher {
  /**
   * @param searcher makes the configs
   * @throws TypeError and RangeError that name what is wrong in the options
   */
  constructor(searcher: Searcher, options: HalvingOptions) {
    super('HyperbandSearcher', searcher, checkOptions('HyperbandSearcher', options, HYPERBAND), inProportion);
  }
}

/** Gives each trial in turn to the bracket that is the furthest behind its size. */
const inProportion: Brackets = (rungs, reduction) => {
  const sizes = Array.from({ length: rungs }, (_, s) => (reduction ** (rungs - 1 - s) * rungs) / (rungs - s));
  const counts = sizes.map(() => 0);
  const brackets: number[] = [];
  return {
    count: rungs,
    of: (trial) => {
      while (brackets.length <= trial) {
        const filled = counts.map((count, s) => (count + 0.5) / Math.ceil(sizes[s]!));
        const bracket = filled.indexOf(Math.min(...filled));
        brackets.push(bracket);
        counts[bracket]!++;
      }
      return brackets[trial]!;
    },
  };
};
