import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digestOf } from './digest.js';

it('is the SHA-256 of the JSON with its keys in order', () => {
  const text = '{"a":[1,{"b":2,"c":null}],"d":"x"}';
  expect(digestOf({ d: 'x', a: [1, { c: null, b: 2 }] })).toBe(
    createHash('sha256').update(text).digest('hex'),
  );
});

it.each([
  [Number.NaN, null],
  [Number.NaN, Number.POSITIVE_INFINITY],
  [-0, 0],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: '1' }],
])('distinguishes %o from %o', (one, other) => {
  expect(digestOf(one)).toBe(digestOf(one));
  expect(digestOf(one)).not.toBe(digestOf(other));
});
