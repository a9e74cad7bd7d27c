import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import { checkSpace } from '../space/check-space.js';
import { configAt } from '../space/config.js';
import type { Config, Space } from '../space/space.js';
import { SOBOL_DIMENSIONS, SobolSequence } from './sobol-sequence.js';
import { TrialSearcher, type TrialSearcherOptions } from './trial-searcher.js';

/** Options of {@link SobolSearcher}. */
export interface SobolSearcherOptions extends TrialSearcherOptions {
  /**
   * False for the sequence as it is, which begins at the lower bounds of all parameters. Default
   * true.
   */
  scramble?: boolean | undefined;
}

const SOBOL: OptionNames<SobolSearcherOptions> = { trials: true, seed: true, steps: true, scramble: true };

/**
 * Configs of a Sobol sequence: spread more evenly than random ones, in every parameter and every
 * pair of them.
 *
 * Best with 2ᵏ trials, which divide each parameter into 2ᵏ pieces of equal probability with one
 * trial each. At most 64 parameters.
 *
 * The trap of other libraries: unscrambled, the first config has all lower bounds.
 */
export class SobolSearcher extends TrialSearcher {
  protected readonly drawsPerTrial = 0;
  readonly #scramble: boolean;
  #sequence: SobolSequence;

  /** @throws TypeError and RangeError that name what is wrong in the space or the options */
  constructor(space: Space, options: SobolSearcherOptions) {
    const { trials, seed = 0, steps, scramble = true } = checkOptions('SobolSearcher', options, SOBOL);
    checkFlag('SobolSearcher', 'scramble', scramble);
    const { length } = Object.keys(checkSpace('SobolSearcher', space));
    if (length > SOBOL_DIMENSIONS) {
      throw new RangeError(
        `SobolSearcher: space has ${length} parameters; expected at most ${SOBOL_DIMENSIONS}. Use RandomSearcher.`,
      );
    }
    super('SobolSearcher', space, trials, seed, steps);
    this.#scramble = scramble;
    this.#sequence = new SobolSequence(length, scramble ? seed : null);
  }

  protected configOf(trial: number): Config {
    return configAt(this.space, this.#sequence.point(trial));
  }

  protected override reseed(seed: number): void {
    this.#sequence = new SobolSequence(Object.keys(this.space).length, this.#scramble ? seed : null);
  }
}
