import { checkOptions, type OptionNames } from '@trainkit/checks';
import { checkDistribution, checkWhen } from './check-space.js';
import type { Choice, Conditional, Distribution, Int, Json, LogUniform, Uniform } from './space.js';

/**
 * One of `values`: `choice(['adamw', 'sgd'])`.
 *
 * @throws TypeError where `values` is no list of JSON values
 * @throws RangeError where it is empty or has a value twice
 */
export function choice(values: readonly Json[]): Choice {
  return checkDistribution('choice', '', { type: 'choice', values });
}

/** A number from `low` to `high`, uniform: `uniform(0, 0.5)`. */
export function uniform(low: number, high: number): Uniform {
  return checkDistribution('uniform', '', { type: 'uniform', low, high });
}

/** A number from `low` to `high` with a uniform logarithm: `logUniform(1e-5, 1e-1)`. */
export function logUniform(low: number, high: number): LogUniform {
  return checkDistribution('logUniform', '', { type: 'logUniform', low, high });
}

/** Options of {@link int}. */
export interface IntOptions {
  /** The distance of two neighboring values. Default 1. */
  step?: number | undefined;
  /** True for a uniform logarithm. Default false. */
  log?: boolean | undefined;
}

const INT: OptionNames<IntOptions> = { step: true, log: true };

/**
 * A whole number from `low` to `high`, both included: `int(1, 6)`, `int(32, 512, { step: 32 })`.
 *
 * The trap for whoever comes from Python: `high` is a value too, unlike in `range` and
 * `torch.randint`.
 */
export function int(low: number, high: number, options: IntOptions = {}): Int {
  const { step, log } = checkOptions('int', options, INT);
  return checkDistribution('int', '', {
    type: 'int',
    low,
    high,
    ...(step === undefined ? {} : { step }),
    ...(log === undefined ? {} : { log }),
  });
}

/**
 * A parameter that exists only where choices before it in the space have one of some values.
 * Elsewhere a config lacks it.
 *
 * @param when names of choices, each with a value or several: `{ optimizer: 'sgd' }`
 *
 * @example
 * ```ts
 * import { choice, conditional, RandomSearcher, uniform } from '@trainkit/sweep';
 *
 * const space = {
 *   optimizer: choice(['adamw', 'sgd']),
 *   momentum: conditional({ optimizer: 'sgd' }, uniform(0, 0.99)),
 * };
 * const searcher = new RandomSearcher(space, { trials: 2, seed: 2 });
 * console.log(searcher.ask()?.config, searcher.ask()?.config);
 * // → { optimizer: 'adamw' } { optimizer: 'sgd', momentum: 0.4309691686920941 }
 * ```
 */
export function conditional(when: Readonly<Record<string, Json>>, parameter: Distribution): Conditional {
  const lists = Object.fromEntries(
    Object.entries(when).map(([name, values]) => [name, Array.isArray(values) ? values : [values]]),
  );
  return {
    type: 'conditional',
    when: checkWhen('conditional', 'when', lists),
    parameter: checkDistribution('conditional', 'parameter', parameter),
  };
}
