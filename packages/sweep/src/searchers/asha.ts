import { checkOptions, type OptionNames } from '@trainkit/checks';
import { type HalvingOptions, HalvingSearcher } from './halving-searcher.js';
import type { Searcher } from './searcher.js';

const ASHA: OptionNames<HalvingOptions> = { minSteps: true, maxSteps: true, reduction: true, mode: true };

/**
 * Asynchronous successive halving (ASHA): trains many configs for few steps, and lets the best go
 * on.
 *
 * Rung k has trained for minSteps · ηᵏ steps, the last for maxSteps. A trial goes on to the next
 * rung once it is among the best 1/η of its own, whatever the others do; where no trial can, a new
 * one begins. A promotion is the same trial with more steps: a program that resumes exactly pays
 * the difference alone.
 *
 * The trap of other libraries: Optuna's `SuccessiveHalvingPruner` and Ray's `ASHAScheduler` decide
 * while a trial runs, and end for good what they stop; here a trial that was overtaken waits, and
 * goes on once it is among the best again.
 *
 * Source: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020.
 *
 * @example
 * ```ts
 * import { AshaSearcher, logUniform, RandomSearcher } from '@trainkit/sweep';
 *
 * const configs = new RandomSearcher({ rate: logUniform(1e-4, 1) }, { trials: 27, seed: 0 });
 * const searcher = new AshaSearcher(configs, { minSteps: 1, maxSteps: 9 });
 * const trained = new Map<number, number>();
 * for (let next = searcher.ask(); next !== null; next = searcher.ask()) {
 *   const loss = Math.abs(Math.log10(Number(next.config['rate'])) + 2) + 1 / next.steps;
 *   searcher.tell(next.trial, loss);
 *   trained.set(next.trial, next.steps);
 * }
 * const steps = [...trained.values()];
 * console.log(steps.filter((each) => each === 9).length, steps.reduce((a, b) => a + b)); // → 3 63
 * ```
 */
export class AshaSearcher extends HalvingSearcher {
  /**
   * @param searcher makes the configs
   * @throws TypeError and RangeError that name what is wrong in the options
   */
  constructor(searcher: Searcher, options: HalvingOptions) {
    super('AshaSearcher', searcher, checkOptions('AshaSearcher', options, ASHA), () => ({
      count: 1,
      of: () => 0,
    }));
  }
}
