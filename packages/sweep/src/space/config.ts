import { jsonKey } from './json.js';
import {
  type Config,
  type Distribution,
  distributionOf,
  type Json,
  type Parameter,
  type Space,
} from './space.js';

/**
 * The config at a point of the unit cube, one coordinate from 0 to below 1 a parameter; a parameter
 * whose condition does not hold uses none of its coordinate.
 */
export function configAt(space: Space, point: ArrayLike<number>): Config {
  const config: Record<string, Json> = {};
  Object.entries(space).forEach(([name, parameter], i) => {
    if (isActive(parameter, config)) config[name] = valueAt(distributionOf(parameter), point[i] ?? 0);
  });
  return config;
}

/** Returns true where a parameter exists in a config that has all parameters before it. */
export function isActive(parameter: Parameter, config: Config): boolean {
  if (parameter.type !== 'conditional') return true;
  return Object.entries(parameter.when).every(([name, values]) => {
    const value = config[name];
    return value !== undefined && values.some((each) => jsonKey(each) === jsonKey(value));
  });
}

/**
 * The quantile function of a distribution: the value below which the fraction `u` of all draws
 * lies.
 */
export function valueAt(distribution: Distribution, u: number): Json {
  switch (distribution.type) {
    case 'choice': {
      const { values } = distribution;
      return values[Math.min(Math.floor(u * values.length), values.length - 1)]!;
    }
    case 'int':
      return intAt(distribution.low, distribution.high, distribution.step ?? 1, distribution.log === true, u);
    case 'uniform':
      return clamp(distribution.low + u * (distribution.high - distribution.low), distribution);
    case 'logUniform': {
      const [from, to] = [Math.log(distribution.low), Math.log(distribution.high)];
      return clamp(Math.exp(from + u * (to - from)), distribution);
    }
  }
}

function intAt(low: number, high: number, step: number, log: boolean, u: number): number {
  if (log) {
    // Each whole number has the piece of the logarithm that rounds to it.
    const [from, to] = [Math.log(low - 0.5), Math.log(high + 0.5)];
    return clamp(Math.round(Math.exp(from + u * (to - from))), { low, high });
  }
  const count = Math.floor((high - low) / step) + 1;
  return low + step * Math.min(Math.floor(u * count), count - 1);
}

/**
 * Returns true where a config has exactly the parameters that exist, each with a value that it can
 * have.
 */
export function isConfigOf(space: Space, config: Config): boolean {
  let active = 0;
  for (const [name, parameter] of Object.entries(space)) {
    if (!isActive(parameter, config)) continue;
    active++;
    if (!Object.hasOwn(config, name) || !canBe(distributionOf(parameter), config[name]!)) return false;
  }
  return Object.keys(config).length === active;
}

function canBe(distribution: Distribution, value: Json): boolean {
  if (distribution.type === 'choice')
    return distribution.values.some((each) => jsonKey(each) === jsonKey(value));
  if (typeof value !== 'number' || value < distribution.low || value > distribution.high) return false;
  return distribution.type !== 'int' || (value - distribution.low) % (distribution.step ?? 1) === 0;
}

function clamp(value: number, { low, high }: { low: number; high: number }): number {
  return Math.min(Math.max(value, low), high);
}
