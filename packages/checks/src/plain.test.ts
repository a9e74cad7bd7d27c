import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { isPlain } from './index.js';

it.each<[what: string, value: unknown, plain: boolean]>([
  ['a literal', { a: 1 }, true],
  ['an object without a prototype', Object.create(null), true],
  ['a literal of another realm', runInNewContext('({ a: 1 })'), true],
  ['an array', [], false],
  ['an array of another realm', runInNewContext('[]'), false],
  ['a Map of another realm', runInNewContext('new Map()'), false],
  ['an instance', new (class Layer {})(), false],
  ['a promise', Promise.resolve({}), false],
  ['a typed array', new Float32Array(1), false],
  ['a function', () => ({}), false],
  ['null', null, false],
  ['a text', 'a', false],
])('recognizes %s', (_, value, plain) => {
  expect(isPlain(value)).toBe(plain);
});
