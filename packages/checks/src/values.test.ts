import { expect, it } from 'vitest';
import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkProbability,
} from './values.js';

it.each([
  [1, {}],
  [0, { min: 0 }],
  [2, { above: 0, max: 2 }],
  [3, { integer: true, below: 4 }],
])('accepts %d in %j', (value, range) => {
  expect(() => checkNumber('f', 'n', value, range)).not.toThrow();
});

it.each([
  ['1', {}, TypeError, 'f: n is "1"; expected a finite number.'],
  [Number.NaN, {}, RangeError, 'f: n is NaN; expected a finite number.'],
  [Infinity, { min: 0 }, RangeError, 'f: n is Infinity; expected a finite number of at least 0.'],
  [0, { above: 0 }, RangeError, 'f: n is 0; expected a finite number above 0.'],
  [2, { min: 0, below: 2 }, RangeError, 'f: n is 2; expected a finite number of at least 0 and below 2.'],
  [2, { min: 0, max: 1 }, RangeError, 'f: n is 2; expected a finite number from 0 to 1.'],
  [0.5, { integer: true }, RangeError, 'f: n is 0.5; expected a whole number.'],
  [2 ** 53, { integer: true }, RangeError, 'f: n is 9007199254740992; expected a whole number.'],
  [
    -1,
    { min: 0, or: 'a schedule', instead: 'Write 1.' },
    RangeError,
    'f: n is -1; expected a finite number of at least 0, or a schedule. Write 1.',
  ],
])('refuses %o in %j', (value, range, type, text) => {
  expect(() => checkNumber('f', 'n', value, range)).toThrow(new type(text));
});

it.each([
  [() => checkInteger('f', 'n', -1), 'f: n is -1; expected a whole number of at least 0.'],
  [() => checkInteger('f', 'n', 0, { min: 1 }), 'f: n is 0; expected a whole number of at least 1.'],
  [
    () => checkProbability('f', 'p', 1.1, 'Write 0.1 for 10 %.'),
    'f: p is 1.1; expected a probability from 0 to 1. Write 0.1 for 10 %.',
  ],
  [() => checkProbability('f', 'p', Number.NaN), 'f: p is NaN; expected a probability from 0 to 1.'],
  [() => checkFlag('f', 'on', 1), 'f: on is 1; expected true or false.'],
  [() => checkFunction('f', 'step', {}), 'f: step is [object Object]; expected a function.'],
  [
    () => checkOneOf('f', 'mode', 'sums', ['sum', 'mean']),
    'f: mode is "sums"; expected "sum" or "mean". Write "sum".',
  ],
  [() => checkOneOf('f', 'mode', 3, ['sum', 'mean']), 'f: mode is 3; expected "sum" or "mean".'],
])('%s', (check, text) => {
  expect(check).toThrow(text);
});
