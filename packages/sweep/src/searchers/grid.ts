import { checkInteger, checkOptions, expected, isPlain, type OptionNames } from '@trainkit/checks';
import { checkSpace } from '../space/check-space.js';
import { isActive, valueAt } from '../space/config.js';
import { type Config, type Distribution, distributionOf, type Json, type Space } from '../space/space.js';
import { NO_SEED, TrialSearcher } from './trial-searcher.js';

/** Options of {@link GridSearcher}. */
export interface GridSearcherOptions {
  /**
   * The number of values by parameter, evenly spaced with both bounds: required for `uniform` and
   * `logUniform`; default all values for `int`.
   */
  points?: Readonly<Record<string, number>> | undefined;
  /** Steps of a suggestion. Default 1. */
  steps?: number | undefined;
}

const GRID: OptionNames<GridSearcherOptions> = { points: true, steps: true };

/** The largest grid. */
const MOST_CONFIGS = 1_000_000;

/**
 * All configs of a grid, the values of the last parameter in turn first. A config whose condition
 * leaves a parameter out comes once.
 */
export class GridSearcher extends TrialSearcher {
  protected readonly drawsPerTrial = 0;
  readonly #configs: readonly Config[];

  /** @throws TypeError and RangeError that name what is wrong in the space or the options */
  constructor(space: Space, options: GridSearcherOptions = {}) {
    const { points = {}, steps } = checkOptions('GridSearcher', options, GRID);
    const configs = gridOf(checkSpace('GridSearcher', space), points);
    super('GridSearcher', space, configs.length, NO_SEED, steps);
    this.#configs = configs;
  }

  /** Configs of the grid. */
  get length(): number {
    return this.#configs.length;
  }

  protected configOf(trial: number): Config {
    return this.#configs[trial]!;
  }
}

function gridOf(space: Space, points: unknown): Config[] {
  if (!isPlain(points)) {
    throw new TypeError(
      expected('GridSearcher', 'points', points, 'numbers by parameter', 'Write { rate: 5 }.'),
    );
  }
  const counts: Readonly<Record<string, unknown>> = points;
  for (const name of Object.keys(counts)) {
    if (Object.hasOwn(space, name) && distributionOf(space[name]!).type !== 'choice') continue;
    throw new RangeError(`GridSearcher: points.${name} names no number of the space; leave it out.`);
  }
  let configs: Record<string, Json>[] = [{}];
  for (const [name, parameter] of Object.entries(space)) {
    const values = valuesOf(name, distributionOf(parameter), counts[name]);
    const active = configs.filter((config) => isActive(parameter, config)).length;
    if (configs.length + active * (values.length - 1) > MOST_CONFIGS) {
      throw new RangeError(
        `GridSearcher: the grid has more than ${MOST_CONFIGS.toLocaleString('en')} configs; expected fewer. ` +
          'Write smaller points, or use SobolSearcher.',
      );
    }
    configs = configs.flatMap((config) =>
      isActive(parameter, config) ? values.map((value) => ({ ...config, [name]: value })) : [config],
    );
  }
  return configs;
}

function valuesOf(name: string, distribution: Distribution, count: unknown): Json[] {
  if (distribution.type === 'choice') return [...distribution.values];
  const { low, high, type } = distribution;
  if (type === 'int' && count === undefined) {
    const step = distribution.step ?? 1;
    const all = Math.floor((high - low) / step) + 1;
    return Array.from({ length: Math.min(all, MOST_CONFIGS + 1) }, (_, i) => low + step * i);
  }
  checkInteger('GridSearcher', `points.${name}`, count, {
    min: 1,
    max: MOST_CONFIGS,
    instead: `Write { points: { ${name}: 5 } }.`,
  });
  const at = (i: number) => (count === 1 ? 0.5 : i / (count - 1));
  const values = Array.from({ length: count }, (_, i) => valueAt(distribution, at(i)));
  return [...new Set(values)];
}
