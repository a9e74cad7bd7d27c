import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choice, conditional, int, logUniform, uniform } from './builders.js';
import { checkSpace } from './check-space.js';
import { configAt, isConfigOf, valueAt } from './config.js';
import { isJson, jsonKey } from './json.js';
import type { Space } from './space.js';

const space = {
  optimizer: choice(['adamw', 'sgd']),
  rate: logUniform(1e-4, 1e-1),
  momentum: conditional({ optimizer: 'sgd' }, uniform(0, 0.99)),
  layers: int(1, 6),
  width: int(32, 510, { step: 32 }),
  batch: int(8, 512, { log: true }),
};

describe('a space', () => {
  it('goes through JSON', () => {
    expect(checkSpace('it', JSON.parse(JSON.stringify(space)))).toEqual(space);
  });

  it('has only configs of its own at the points of the unit cube', () => {
    const names = Object.keys(space);
    const point = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: names.length,
      maxLength: names.length,
    });
    fc.assert(
      fc.property(point, (coordinates) => {
        const config = configAt(space, coordinates);
        expect(isConfigOf(space, config)).toBe(true);
        expect('momentum' in config).toBe(config['optimizer'] === 'sgd');
        expect(isConfigOf(space, { ...config, extra: 1 })).toBe(false);
        expect(isConfigOf(space, { ...config, layers: 7 })).toBe(false);
        expect(isConfigOf(space, { ...config, width: 33 })).toBe(false);
      }),
    );
  });

  it('knows a condition on a condition, and on several choices', () => {
    const nested: Space = {
      a: choice([0, 1]),
      b: conditional({ a: 1 }, choice(['x', 'y', 'z'])),
      c: conditional({ b: ['x', 'y'], a: [0, 1] }, uniform(0, 1)),
    };
    expect(configAt(checkSpace('it', nested), [0.9, 0.4, 0.5])).toEqual({ a: 1, b: 'y', c: 0.5 });
    expect(configAt(nested, [0.9, 0.9, 0.5])).toEqual({ a: 1, b: 'z' });
    expect(configAt(nested, [0.1, 0, 0.5])).toEqual({ a: 0 });
  });
});

it.each([
  ['a choice', choice([1, null, [2]]), [0, 0.34, 0.999], [1, null, [2]]],
  ['a uniform', uniform(-1, 3), [0, 0.5, 0.75], [-1, 1, 2]],
  ['a whole number', int(-1, 1), [0, 0.34, 0.67], [-1, 0, 1]],
  ['one with a step', int(0, 9, { step: 4 }), [0, 0.34, 0.999], [0, 4, 8]],
  ['one with a uniform logarithm', int(1, 3, { log: true }), [0, 0.56, 0.58, 0.999], [1, 1, 2, 3]],
  ['one value', int(4, 4), [0, 0.999], [4, 4]],
])('has the quantiles of %s', (_, distribution, points, values) => {
  expect(points.map((u) => valueAt(distribution, u))).toEqual(values);
});

it('has the quantiles of a uniform logarithm', () => {
  const rate = logUniform(1e-4, 1);
  expect(Number(valueAt(rate, 0.5))).toBeCloseTo(0.01, 12);
  expect(Number(valueAt(rate, 0))).toBeCloseTo(1e-4, 12);
});

it.each<[what: string, space: unknown, message: string]>([
  [
    'nothing',
    undefined,
    's: space is undefined; expected an object of parameters by name. Write { rate: uniform(0, 1) }.',
  ],
  ['no parameter', {}, 's: space is {}; expected at least one parameter.'],
  [
    'a number',
    { a: 1 },
    's: space.a is 1; expected a parameter. Write for example { "type": "uniform", "low": 0, "high": 1 }.',
  ],
  [
    'another type',
    { a: { type: 'unifrom', low: 0, high: 1 } },
    's: space.a.type is "unifrom"; expected "choice" or "uniform" or "logUniform" or "int". Write "uniform".',
  ],
  [
    'another field',
    { a: { type: 'uniform', low: 0, hig: 1 } },
    's: received the unknown field "hig" in space.a; expected type, low, high. Write high.',
  ],
  [
    'a field too few',
    { a: { type: 'uniform', low: 0 } },
    's: space.a.high is missing; expected type, low, high.',
  ],
  [
    'bounds in the other order',
    { a: { type: 'uniform', low: 1, high: 0 } },
    's: space.a.high is 0; expected a finite number above 1.',
  ],
  [
    'an infinite range',
    { a: { type: 'uniform', low: -1e308, high: 1e308 } },
    's: space.a.high is 1e+308; expected a number whose distance to low is finite.',
  ],
  [
    'a logarithm of 0',
    { a: { type: 'logUniform', low: 0, high: 1 } },
    's: space.a.low is 0; expected a finite number above 0.',
  ],
  [
    'half a whole number',
    { a: { type: 'int', low: 0.5, high: 1 } },
    's: space.a.low is 0.5; expected a whole number of at least',
  ],
  [
    'a step of a logarithm',
    { a: { type: 'int', low: 1, high: 9, log: true, step: 2 } },
    's: space.a.step is 2; expected a whole number from 1 to 1. A logarithmic int has no step.',
  ],
  [
    'no value',
    { a: { type: 'choice', values: [] } },
    's: space.a.values is []; expected a list of 1 to 10,000 values.',
  ],
  [
    'a value twice',
    {
      a: {
        type: 'choice',
        values: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
    },
    's: space.a.values[1] is {"x":1,"y":2} again; expected values that differ.',
  ],
  [
    'a value that JSON lacks',
    { a: { type: 'choice', values: [Number.NaN] } },
    's: space.a.values[0] is NaN; expected a value of JSON.',
  ],
  [
    'a condition on nothing',
    { a: conditional({ b: 1 }, uniform(0, 1)) },
    's: space.a.when.b names no choice; expected a choice that stands before the parameter.',
  ],
  [
    'a condition on a number',
    { c: choice([1]), b: uniform(0, 1), a: conditional({ b: 1 }, uniform(0, 1)) },
    's: space.a.when.b names no choice; expected a choice that stands before the parameter, such as c.',
  ],
  [
    'a condition on another value',
    { b: choice([1, 2]), a: conditional({ b: 3 }, uniform(0, 1)) },
    's: space.a.when.b is 3; expected one of 1, 2.',
  ],
  [
    'a condition without choices',
    { a: { type: 'conditional', when: {}, parameter: uniform(0, 1) } },
    "s: space.a.when is [object Object]; expected an object of choices and their values. Write { optimizer: ['sgd'] }.",
  ],
])('refuses %s', (_, received, message) => {
  expect(() => checkSpace('s', received)).toThrow(message);
});

it.each([
  [() => choice([]), 'choice: values is []; expected a list of 1 to 10,000 values.'],
  [() => uniform(1, 1), 'uniform: high is 1; expected a finite number above 1.'],
  [() => logUniform(-1, 1), 'logUniform: low is -1; expected a finite number above 0.'],
  [() => int(3, 2), 'int: high is 2; expected a whole number from 3 to'],
  [() => int(0, 2, { log: true }), 'int: low is 0; expected a whole number of at least 1.'],
  [() => conditional({ a: 1 }, { type: 'uniform', low: 2, high: 1 }), 'conditional: parameter.high is 1;'],
])('refuses wrong arguments of a builder: %#', (build, message) => {
  expect(build).toThrow(message);
});

it('knows JSON, and the same value by its key', () => {
  expect(jsonKey({ b: [1, { d: 2, c: 3 }], a: null })).toBe(jsonKey({ a: null, b: [1, { c: 3, d: 2 }] }));
  expect(
    [undefined, Number.NaN, -0, new Date(0), () => 1, [undefined], { a: 1n }].filter((v) => isJson(v)),
  ).toEqual([]);
  fc.assert(
    fc.property(fc.json(), (text) => isJson(JSON.parse(text.replaceAll('-0', '0')))),
    { numRuns: 50 },
  );
});
