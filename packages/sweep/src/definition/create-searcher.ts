import { errorMessage } from '@trainkit/checks';
import { AshaSearcher } from '../searchers/asha.js';
import { GridSearcher } from '../searchers/grid.js';
import { HyperbandSearcher } from '../searchers/hyperband.js';
import { RandomSearcher } from '../searchers/random.js';
import type { Searcher } from '../searchers/searcher.js';
import { SobolSearcher } from '../searchers/sobol.js';
import { TpeSearcher } from '../searchers/tpe.js';
import type { Sweep } from './sweep.js';

/**
 * The searcher that a sweep describes.
 *
 * @param where names the sweep in errors
 * @throws RangeError where the search does not fit the space, such as a grid without the number of
 *   points
 */
export function createSearcher(sweep: Sweep, where = 'createSearcher'): Searcher {
  try {
    const { halving, steps: maxSteps, mode } = sweep;
    const configs = configSearcher(sweep);
    if (halving === undefined) return configs;
    const { type, minSteps, reduction } = halving;
    const options = { minSteps, maxSteps, reduction, mode };
    return type === 'asha' ? new AshaSearcher(configs, options) : new HyperbandSearcher(configs, options);
  } catch (error) {
    throw new RangeError(`${where}: ${errorMessage(error)}`, { cause: error });
  }
}

function configSearcher({ search, space, steps, mode }: Sweep): Searcher {
  switch (search.type) {
    case 'grid':
      return new GridSearcher(space, { points: search.points, steps });
    case 'random':
      return new RandomSearcher(space, { trials: search.trials, seed: search.seed, steps });
    case 'sobol':
      return new SobolSearcher(space, { trials: search.trials, seed: search.seed, steps });
    case 'tpe':
      return new TpeSearcher(space, { trials: search.trials, seed: search.seed, steps, mode });
  }
}
