import { checkInteger, checkOneOf, checkOptions, type OptionNames } from '@trainkit/checks';
import { configAt, isActive, valueAt } from '../space/config.js';
import { jsonKey } from '../space/json.js';
import { type Config, type Distribution, distributionOf, type Json, type Space } from '../space/space.js';
import { type Domain, Parzen } from './parzen.js';
import type { Mode } from './searcher.js';
import { TrialSearcher, type TrialSearcherOptions } from './trial-searcher.js';

/** Options of {@link TpeSearcher}. */
export interface TpeSearcherOptions extends TrialSearcherOptions {
  /** The direction in which the metric is better. Default `'min'`. */
  mode?: Mode | undefined;
  /** Trials with a value before the first that is not drawn at random. Default 10. */
  startupTrials?: number | undefined;
  /** Candidates that are drawn, of which the most promising is taken. Default 24. */
  candidates?: number | undefined;
}

const TPE: OptionNames<TpeSearcherOptions> = {
  trials: true,
  seed: true,
  steps: true,
  mode: true,
  startupTrials: true,
  candidates: true,
};

/** The largest number of trials that count as good. */
const MOST_GOOD = 25;

/**
 * The tree-structured Parzen estimator: draws where good trials are dense and bad ones are not.
 *
 * The best tenth of the trials, at most 25, gives a density l, the others a density g. Of the
 * candidates drawn from l the one with the largest l(x) / g(x) is taken, which has the largest
 * expected improvement. Parameters that every config has are drawn together, those with a condition
 * one by one. Trials that failed, and those that run, count among the bad ones. Where a search
 * stops trials early, the values after the largest number of steps that enough trials have reached
 * count.
 *
 * Defaults are those that Optuna documents for its `TPESampler`, which is multivariate since its
 * version 5; random numbers are not.
 *
 * Sources: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011; J.
 * Bergstra, D. Yamins, D. Cox, "Making a Science of Model Search", ICML 2013; S. Falkner et al.,
 * "BOHB", ICML 2018; S. Watanabe, "Tree-Structured Parzen Estimator", arXiv:2304.11127.
 *
 * @example
 * ```ts
 * import { TpeSearcher, uniform } from '@trainkit/sweep';
 *
 * const searcher = new TpeSearcher({ x: uniform(-10, 10), y: uniform(-10, 10) }, { trials: 60, seed: 1 });
 * let best = Infinity;
 * for (let trial = searcher.ask(); trial !== null; trial = searcher.ask()) {
 *   const loss = (Number(trial.config['x']) - 2) ** 2 + (Number(trial.config['y']) + 3) ** 2;
 *   searcher.tell(trial.trial, loss);
 *   best = Math.min(best, loss);
 * }
 * console.log(best.toFixed(2)); // → 0.05
 * ```
 */
export class TpeSearcher extends TrialSearcher {
  protected readonly drawsPerTrial: number;
  readonly #sign: 1 | -1;
  readonly #startupTrials: number;
  readonly #candidates: number;
  /** Parameters that every config has. */
  readonly #joint: readonly string[];
  /** Parameters with a condition. */
  readonly #single: readonly string[];

  /** @throws TypeError and RangeError that name what is wrong in the space or the options */
  constructor(space: Space, options: TpeSearcherOptions) {
    const {
      trials,
      seed = 0,
      steps,
      mode = 'min',
      startupTrials = 10,
      candidates = 24,
    } = checkOptions('TpeSearcher', options, TPE);
    super('TpeSearcher', space, trials, seed, steps);
    checkOneOf('TpeSearcher', 'mode', mode, ['min', 'max']);
    checkInteger('TpeSearcher', 'startupTrials', startupTrials, { min: 1 });
    checkInteger('TpeSearcher', 'candidates', candidates, { min: 1, max: 10_000 });
    this.#sign = mode === 'min' ? 1 : -1;
    this.#startupTrials = startupTrials;
    this.#candidates = candidates;
    const names = Object.keys(this.space);
    this.#single = names.filter((name) => this.space[name]!.type === 'conditional');
    this.#joint = names.filter((name) => !this.#single.includes(name));
    this.drawsPerTrial = candidates * (1 + this.#joint.length + 2 * this.#single.length);
  }

  protected configOf(_trial: number, draws: Float64Array): Config {
    const observed = this.#observed();
    const told = observed.filter(({ value }) => value !== undefined).length;
    if (told < this.#startupTrials) return configAt(this.space, draws);
    const good = Math.min(Math.ceil(told / 10), MOST_GOOD);
    const order = [...observed].sort(
      (a, b) => (a.value ?? Infinity) - (b.value ?? Infinity) || a.trial - b.trial,
    );
    const isGood = new Set(order.slice(0, good));
    const groups: Groups = [
      observed.filter((each) => isGood.has(each)).map((each) => each.config),
      observed.filter((each) => !isGood.has(each)).map((each) => each.config),
    ];
    const config: Record<string, Json> = {};
    let used = 0;
    // Parameters that every config has are drawn together, the others one by one.
    for (const names of [this.#joint, ...this.#single.map((name) => [name])]) {
      const count = this.#candidates * (1 + names.length);
      if (names.every((name) => isActive(this.space[name]!, config))) {
        Object.assign(config, mostPromising(this.space, names, groups, draws.subarray(used, used + count)));
      }
      used += count;
    }
    // In the order of the space.
    return Object.fromEntries(
      Object.keys(this.space).flatMap((name) => (Object.hasOwn(config, name) ? [[name, config[name]!]] : [])),
    );
  }

  /**
   * The trials that count with their losses, those that failed with the worst. A trial that runs
   * has none and counts among the bad ones, so that several workers do not all try the same.
   */
  #observed(): Observed[] {
    const reached = new Map<number, number>();
    for (const { values } of this.trials) {
      for (const [steps] of values) reached.set(steps, (reached.get(steps) ?? 0) + 1);
    }
    const enough = [...reached].filter(([, count]) => count >= this.#startupTrials).map(([steps]) => steps);
    const steps = Math.max(...enough);
    return this.trials.flatMap(({ config, steps: goal, values }, trial): Observed[] => {
      const pair = values.find(([each]) => each === steps);
      const isRunning = values.at(-1)?.[0] !== goal;
      if (pair === undefined) return isRunning ? [{ trial, config, value: undefined }] : [];
      const [, value] = pair;
      return [{ trial, config, value: value === null ? Infinity : this.#sign * value }];
    });
  }
}

/** A trial that counts, with its loss; undefined for one that runs. */
interface Observed {
  trial: number;
  config: Config;
  value: number | undefined;
}

/** The configs of the good trials and of the others. */
type Groups = readonly [good: readonly Config[], bad: readonly Config[]];

/** The candidate drawn from the good values at which they are densest relative to the others. */
function mostPromising(space: Space, names: readonly string[], groups: Groups, draws: Float64Array): Config {
  const scales = names.map((name) => scaleOf(distributionOf(space[name]!)));
  const [l, g] = groups.map((configs) => {
    const having = configs.filter((config) => names.every((name) => config[name] !== undefined));
    const observations = having.map((config) => names.map((name, i) => scales[i]!.encode(config[name]!)));
    return new Parzen(
      observations,
      scales.map(({ domain }) => domain),
    );
  });
  let [best, most]: [number[], number] = [[], -Infinity];
  for (let i = 0; i < draws.length; i += 1 + names.length) {
    const candidate = l!.draw(draws.subarray(i, i + 1 + names.length));
    const gain = l!.logDensity(candidate) - g!.logDensity(candidate);
    if (gain > most) [best, most] = [candidate, gain];
  }
  return Object.fromEntries(names.map((name, i) => [name, scales[i]!.decode(best[i]!)]));
}

/** The numbers in which a parameter's density is computed. */
interface Scale {
  encode: (value: Json) => number;
  decode: (x: number) => Json;
  domain: Domain;
}

function scaleOf(distribution: Distribution): Scale {
  if (distribution.type === 'choice') {
    const keys = distribution.values.map(jsonKey);
    return {
      encode: (value) => keys.indexOf(jsonKey(value)),
      decode: (index) => distribution.values[index]!,
      domain: { categories: keys.length },
    };
  }
  const { type, low, high } = distribution;
  const isInt = type === 'int';
  if (isInt && distribution.log !== true) {
    const step = distribution.step ?? 1;
    const last = low + step * Math.floor((high - low) / step);
    return {
      encode: Number,
      decode: (x) => x,
      domain: { low, high: last, step },
    };
  }
  if (type === 'uniform') {
    return { encode: Number, decode: (x) => x, domain: { low, high, step: 0 } };
  }
  const half = isInt ? 0.5 : 0;
  const [from, to] = [Math.log(low - half), Math.log(high + half)];
  return {
    encode: (value) => Math.log(Number(value)),
    // The quantile function rounds a whole number and keeps the bounds.
    decode: (x) => valueAt(distribution, (x - from) / (to - from)),
    domain: { low: from, high: to, step: 0 },
  };
}
