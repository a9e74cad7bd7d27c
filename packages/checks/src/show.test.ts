import { scalar, tensor2d, variable } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { errorMessage, errorReason } from './error.js';
import { expected, printable, show } from './show.js';

class Layer {}

it.each([
  ['3', '"3"'],
  ['a\u001b[31m\u009b', '"a\\u001b[31m\\u009b"'],
  ['x'.repeat(120), `"${'x'.repeat(100)}" and 20 more characters`],
  [3, '3'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [3n, '3n'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [[], '[]'],
  [[1, '2', [3, [4]]], '[1, "2", [3, […]]]'],
  [Array.from({ length: 12 }, (_, i) => i), '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 2 more]'],
  [new Map(), '[object Map]'],
  [{ a: 1 }, '[object Object]'],
  [Object.create(null), '[object Object]'],
  [new Float32Array(3), 'a Float32Array of 3 elements'],
  [Layer, 'the class Layer'],
  [new Layer(), '[object Layer]'],
  [Math.max, 'the function max'],
  [() => 1, 'the function (anonymous)'],
])('shows %o as %s', (value, text) => {
  expect(show(value)).toBe(text);
});

it('shows tensors by dtype and shape, and reads none of their data', () => {
  const x = tensor2d([[1, 2, 3]], [1, 3], 'int32');
  const kept = variable(x);
  const s = scalar(1);
  expect(show([x, kept, s])).toBe(
    '[an int32 tensor of shape [1, 3], an int32 variable of shape [1, 3], a float32 tensor of shape []]',
  );
  for (const tensor of [x, kept, s]) tensor.dispose();
  expect(show(x)).toBe('an int32 tensor of shape [1, 3]');
});

it('runs no code of the value', () => {
  const value = {
    toString: () => {
      throw new Error('read');
    },
  };
  expect(show(value)).toBe('[object Object]');
});

it('names the received value, the expectation and the advice', () => {
  expect(expected('clip', 'max', '1', 'a number', 'Write 1.')).toBe(
    'clip: max is "1"; expected a number. Write 1.',
  );
});

it.each([
  ['a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['\u009b31m', '\\u009b31m'],
  ['\u0007\u0000\u007f', '\\u0007\\u0000\\u007f'],
  ['safe\rgone', 'safe\\u000dgone'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['two\nlines\r\nand\ta tab, ä 📝', 'two\nlines\r\nand\ta tab, ä 📝'],
])('shows %j on a terminal as %j', (text, safe) => {
  expect(printable(text)).toBe(safe);
  expect(errorMessage(new Error(text))).toBe(safe);
});

it.each([
  ['A file has its name. Name another folder.', 'A file has its name. Name another folder'],
  ['ENOENT: no such file', 'ENOENT: no such file'],
  ['waiting...', 'waiting...'],
  ['It failed.\n', 'It failed'],
])('gives %j as a reason without its full stop', (message, reason) => {
  expect(errorReason(new Error(message))).toBe(reason);
});
