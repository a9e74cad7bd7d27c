import { checkOptions, type OptionNames } from '@trainkit/checks';
import { configAt } from '../space/config.js';
import type { Config, Space } from '../space/space.js';
import { TrialSearcher, type TrialSearcherOptions } from './trial-searcher.js';

const RANDOM: OptionNames<TrialSearcherOptions> = { trials: true, seed: true, steps: true };

/**
 * Configs at random, each drawn by itself.
 *
 * Source: J. Bergstra, Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13, 2012.
 *
 * @example
 * ```ts
 * import { logUniform, RandomSearcher } from '@trainkit/sweep';
 *
 * const searcher = new RandomSearcher({ rate: logUniform(1e-4, 1e-1) }, { trials: 20, seed: 0 });
 * let best = Infinity;
 * for (let trial = searcher.ask(); trial !== null; trial = searcher.ask()) {
 *   const loss = Math.abs(Math.log10(Number(trial.config['rate'])) + 2);
 *   searcher.tell(trial.trial, loss);
 *   best = Math.min(best, loss);
 * }
 * console.log(best.toFixed(3)); // → 0.062
 * ```
 */
export class RandomSearcher extends TrialSearcher {
  protected readonly drawsPerTrial: number;

  /** @throws TypeError and RangeError that name what is wrong in the space or the options */
  constructor(space: Space, options: TrialSearcherOptions) {
    const { trials, seed = 0, steps } = checkOptions('RandomSearcher', options, RANDOM);
    super('RandomSearcher', space, trials, seed, steps);
    this.drawsPerTrial = Object.keys(this.space).length;
  }

  protected configOf(_trial: number, draws: Float64Array): Config {
    return configAt(this.space, draws);
  }
}
