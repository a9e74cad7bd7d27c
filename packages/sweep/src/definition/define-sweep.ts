import { checkInteger, checkOneOf, errorMessage, expected, isPlain, parseJson, show } from '@trainkit/checks';
import { checkFields } from '../space/check-fields.js';
import { checkSpace } from '../space/check-space.js';
import { isJson } from '../space/json.js';
import type { Config, Space } from '../space/space.js';
import { createSearcher } from './create-searcher.js';
import type { HalvingDefinition, SearchDefinition, Sweep, SweepDefinition, SweepLimits } from './sweep.js';

const FIELDS = [
  'name',
  'target',
  'space',
  'base?',
  'search',
  'halving?',
  'mode?',
  'steps?',
  'seeds?',
  'retries?',
  'limits?',
] as const;

/** Seeds of one sweep. */
const MOST_SEEDS = 1000;

/**
 * Checks a sweep and adds the defaults.
 *
 * @param where names in errors where the sweep came from, default `'defineSweep'`
 * @throws TypeError and RangeError that name the field
 *
 * @example
 * ```ts
 * import { choice, defineSweep, logUniform } from '@trainkit/sweep';
 *
 * const sweep = defineSweep({
 *   name: 'rates',
 *   target: 'train.js',
 *   space: { learningRate: logUniform(1e-5, 1e-1), optimizer: choice(['adamw', 'sgd']) },
 *   search: { type: 'sobol', trials: 16 },
 *   halving: { type: 'asha', minSteps: 100 },
 *   steps: 2700,
 * });
 * console.log(sweep.mode, sweep.seeds, sweep.retries); // → min [ 0 ] 2
 * ```
 */
export function defineSweep(definition: SweepDefinition, where = 'defineSweep'): Sweep {
  return checkSweep(where, definition);
}

/**
 * Reads a sweep from JSON; `$schema` may name the schema for editors.
 *
 * @param where names the file in errors
 * @throws SyntaxError for what is no JSON; TypeError and RangeError that name the field
 */
export function parseSweep(text: string, where = 'sweep.json'): Sweep {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new SyntaxError(`${where}: received no JSON (${errorMessage(error)}); expected a sweep.`, {
      cause: error,
    });
  }
  if (!isPlain(value)) return checkSweep(where, value);
  const { $schema: _, ...fields }: { readonly [name: string]: unknown } = value;
  return checkSweep(where, fields);
}

function checkSweep(where: string, value: unknown): Sweep {
  if (!isPlain(value)) throw new TypeError(expected(where, 'the sweep', value, 'an object'));
  const fields = checkFields(where, '', value, FIELDS);
  const { name, target, mode = 'min', steps = 1, retries = 2 } = fields;
  if (typeof name !== 'string' || !/^[A-Za-z0-9][\w.-]{0,99}$/.test(name)) {
    throw new TypeError(
      expected(
        where,
        'name',
        name,
        'at most 100 letters, digits and ._-, of which the first is a letter or a digit',
      ),
    );
  }
  if (typeof target !== 'string' || target === '') {
    throw new TypeError(
      expected(where, 'target', target, 'the path of a module that exports run(config, context)'),
    );
  }
  checkOneOf(where, 'mode', mode, ['min', 'max']);
  checkInteger(where, 'steps', steps, { min: 1 });
  checkInteger(where, 'retries', retries, { max: 1000 });
  const space = checkSpace(where, fields['space']);
  const halving = fields['halving'] === undefined ? undefined : checkHalving(where, fields['halving'], steps);
  const sweep: Sweep = {
    name,
    target,
    space,
    base: checkBase(where, fields['base'] ?? {}, space),
    search: checkSearch(where, fields['search']),
    ...(halving === undefined ? {} : { halving }),
    mode,
    steps,
    seeds: checkSeeds(where, fields['seeds'] ?? [0]),
    retries,
    limits: checkLimits(where, fields['limits'] ?? {}),
  };
  // What is left, such as the points of a grid, depends on the space.
  createSearcher(sweep, `${where}: search`);
  return sweep;
}

function checkBase(where: string, base: unknown, space: Space): Config {
  if (!isPlain(base) || !isJson(base)) {
    throw new TypeError(expected(where, 'base', base, 'an object of JSON values'));
  }
  const both = Object.keys(base).find((name) => Object.hasOwn(space, name));
  if (both === undefined) return base;
  throw new RangeError(
    `${where}: base.${both} is a parameter of space too; expected it in one. Leave one out.`,
  );
}

function checkSearch(where: string, search: unknown): SearchDefinition {
  if (!isPlain(search)) {
    throw new TypeError(
      expected(where, 'search', search, 'an object', 'Write { "type": "random", "trials": 20 }.'),
    );
  }
  const { type }: { type?: unknown } = search;
  checkOneOf(where, 'search.type', type, ['grid', 'random', 'sobol', 'tpe']);
  if (type === 'grid') {
    const { points } = checkFields(where, 'search', search, ['type', 'points?']);
    return { type, ...(points === undefined ? {} : { points: checkPoints(where, points) }) };
  }
  const { trials, seed } = checkFields(where, 'search', search, ['type', 'trials', 'seed?']);
  checkInteger(where, 'search.trials', trials, { min: 1, max: 1e7 });
  if (seed !== undefined) checkInteger(where, 'search.seed', seed, { max: 0xffff_ffff });
  return { type, trials, ...(seed === undefined ? {} : { seed }) };
}

function checkPoints(where: string, points: unknown): Record<string, number> {
  if (!isPlain(points)) throw new TypeError(expected(where, 'search.points', points, 'numbers by parameter'));
  return Object.fromEntries(
    Object.entries<unknown>(points).map(([name, count]) => {
      checkInteger(where, `search.points.${name}`, count, { min: 1 });
      return [name, count];
    }),
  );
}

function checkHalving(where: string, halving: unknown, steps: number): HalvingDefinition {
  if (!isPlain(halving)) {
    throw new TypeError(
      expected(where, 'halving', halving, 'an object', 'Write { "type": "asha", "minSteps": 100 }.'),
    );
  }
  const { type, minSteps, reduction } = checkFields(where, 'halving', halving, [
    'type',
    'minSteps',
    'reduction?',
  ]);
  checkOneOf(where, 'halving.type', type, ['asha', 'hyperband']);
  checkInteger(where, 'halving.minSteps', minSteps, {
    min: 1,
    max: steps,
    instead: 'The steps of the sweep are those of the last rung.',
  });
  if (reduction !== undefined) checkInteger(where, 'halving.reduction', reduction, { min: 2 });
  return { type, minSteps, ...(reduction === undefined ? {} : { reduction }) };
}

function checkSeeds(where: string, seeds: unknown): number[] {
  if (!Array.isArray(seeds) || seeds.length === 0 || seeds.length > MOST_SEEDS) {
    throw new TypeError(
      expected(where, 'seeds', seeds, `a list of 1 to ${MOST_SEEDS} seeds`, 'Write [0, 1, 2].'),
    );
  }
  return seeds.map((seed: unknown, i) => {
    checkInteger(where, `seeds[${i}]`, seed);
    if (seeds.indexOf(seed) !== i) {
      throw new RangeError(`${where}: seeds[${i}] is ${show(seed)} again; expected seeds that differ.`);
    }
    return seed;
  });
}

function checkLimits(where: string, limits: unknown): SweepLimits {
  if (!isPlain(limits)) throw new TypeError(expected(where, 'limits', limits, 'an object'));
  const { maxRuns, maxSteps } = checkFields(where, 'limits', limits, ['maxRuns?', 'maxSteps?']);
  if (maxRuns !== undefined) checkInteger(where, 'limits.maxRuns', maxRuns, { min: 1 });
  if (maxSteps !== undefined) checkInteger(where, 'limits.maxSteps', maxSteps, { min: 1 });
  return {
    ...(maxRuns === undefined ? {} : { maxRuns }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
}
