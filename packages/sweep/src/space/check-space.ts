import { checkFlag, checkInteger, checkNumber, checkOneOf, expected, isPlain } from '@trainkit/checks';
import { checkFields } from './check-fields.js';
import { isJson, jsonKey } from './json.js';
import type { Choice, Distribution, Int, Json, LogUniform, Parameter, Space, Uniform } from './space.js';

const DISTRIBUTIONS = ['choice', 'uniform', 'logUniform', 'int'] as const;
const FIELDS = {
  choice: ['type', 'values'],
  uniform: ['type', 'low', 'high'],
  logUniform: ['type', 'low', 'high'],
  int: ['type', 'low', 'high', 'step?', 'log?'],
} as const;

/** The longest list of values of a choice. */
const MOST_VALUES = 10_000;

/**
 * Returns `space` after a check of all that it holds.
 *
 * @param where names in errors what has the space: `'RandomSearcher'`, or the file that it was read
 *   from
 * @param path names in errors the field that the space is, default `'space'`
 * @throws TypeError and RangeError that name the field:
 *   `sweep.json: space.rate.low is 0; expected …`
 */
export function checkSpace(where: string, space: unknown, path = 'space'): Space {
  if (!isPlain(space)) {
    throw new TypeError(
      expected(where, path, space, 'an object of parameters by name', 'Write { rate: uniform(0, 1) }.'),
    );
  }
  const checked: Record<string, Parameter> = {};
  for (const [name, parameter] of Object.entries(space)) {
    if (name === '__proto__' || name === '') {
      throw new RangeError(expected(where, `a name in ${path}`, name, 'a name', 'Write another name.'));
    }
    checked[name] = checkParameter(where, `${path}.${name}`, parameter, checked);
  }
  if (Object.keys(checked).length === 0) {
    throw new RangeError(`${where}: ${path} is {}; expected at least one parameter.`);
  }
  return checked;
}

function checkParameter(
  where: string,
  path: string,
  parameter: unknown,
  before: Readonly<Record<string, Parameter>>,
): Parameter {
  if (!isPlain(parameter) || !('type' in parameter) || parameter['type'] !== 'conditional') {
    return checkDistribution(where, path, parameter);
  }
  const { when, parameter: inner } = checkFields(where, path, parameter, ['type', 'when', 'parameter']);
  const conditions = checkWhen(where, `${path}.when`, when);
  for (const [name, values] of Object.entries(conditions)) {
    const parent = before[name];
    const distribution = parent?.type === 'conditional' ? parent.parameter : parent;
    if (distribution?.type !== 'choice') {
      const choices = Object.keys(before).filter((key) => before[key]?.type === 'choice');
      throw new RangeError(
        `${where}: ${path}.when.${name} names no choice; expected a choice that stands before the parameter` +
          `${choices.length > 0 ? `, such as ${choices.join(', ')}` : ''}.`,
      );
    }
    const known = distribution.values.map(jsonKey);
    const strange = values.find((value) => !known.includes(jsonKey(value)));
    if (strange !== undefined) {
      throw new RangeError(expected(where, `${path}.when.${name}`, strange, `one of ${known.join(', ')}`));
    }
  }
  return {
    type: 'conditional',
    when: conditions,
    parameter: checkDistribution(where, `${path}.parameter`, inner),
  };
}

/**
 * Returns conditions after a check of their form; whether their choices exist is for
 * {@link checkSpace}.
 */
export function checkWhen(where: string, path: string, when: unknown): Record<string, readonly Json[]> {
  if (!isPlain(when) || Object.keys(when).length === 0) {
    throw new TypeError(
      expected(where, path, when, 'an object of choices and their values', "Write { optimizer: ['sgd'] }."),
    );
  }
  return Object.fromEntries(
    Object.entries(when).map(([name, values]) => [name, checkValues(where, `${path}.${name}`, values)]),
  );
}

export function checkDistribution<Checked extends Distribution>(
  where: string,
  path: string,
  distribution: Checked,
): Checked;
export function checkDistribution(where: string, path: string, distribution: unknown): Distribution;
/** Returns a distribution after a check of its fields. */
export function checkDistribution(where: string, path: string, distribution: unknown): Distribution {
  const field = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (!isPlain(distribution)) {
    throw new TypeError(
      expected(
        where,
        path,
        distribution,
        'a parameter',
        'Write for example { "type": "uniform", "low": 0, "high": 1 }.',
      ),
    );
  }
  const { type }: { type?: unknown } = distribution;
  checkOneOf(where, field('type'), type, DISTRIBUTIONS);
  const fields = checkFields(where, path, distribution, FIELDS[type]);
  if (type === 'choice') {
    const { values } = fields;
    return { type, values: checkValues(where, field('values'), values) } satisfies Choice;
  }
  const { low, high, step, log } = fields;
  if (type === 'int') return checkInt(where, field, low, high, step, log);
  checkNumber(where, field('low'), low, type === 'logUniform' ? { above: 0 } : {});
  checkNumber(where, field('high'), high, { above: low });
  if (!Number.isFinite(high - low)) {
    throw new RangeError(expected(where, field('high'), high, 'a number whose distance to low is finite'));
  }
  return { type, low, high } satisfies Uniform | LogUniform;
}

function checkInt(
  where: string,
  field: (name: string) => string,
  low: unknown,
  high: unknown,
  step: unknown,
  log: unknown,
): Int {
  if (log !== undefined) checkFlag(where, field('log'), log);
  checkInteger(where, field('low'), low, { min: log === true ? 1 : -(2 ** 52) });
  checkInteger(where, field('high'), high, { min: low, max: 2 ** 52 });
  if (step !== undefined) {
    checkInteger(where, field('step'), step, {
      min: 1,
      ...(log === true ? { max: 1, instead: 'A logarithmic int has no step.' } : {}),
    });
  }
  return {
    type: 'int',
    low,
    high,
    ...(step === undefined ? {} : { step }),
    ...(log === undefined ? {} : { log }),
  };
}

function checkValues(where: string, path: string, values: unknown): readonly Json[] {
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_VALUES) {
    throw new (Array.isArray(values) ? RangeError : TypeError)(
      expected(where, path, values, `a list of 1 to ${MOST_VALUES.toLocaleString('en')} values`),
    );
  }
  const seen = new Set<string>();
  return values.map((value: unknown, index) => {
    if (!isJson(value)) {
      throw new TypeError(expected(where, `${path}[${index}]`, value, 'a value of JSON'));
    }
    const key = jsonKey(value);
    if (seen.has(key)) {
      throw new RangeError(`${where}: ${path}[${index}] is ${key} again; expected values that differ.`);
    }
    seen.add(key);
    return value;
  });
}
