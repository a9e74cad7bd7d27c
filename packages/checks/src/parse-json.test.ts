import { expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

it.each([
  ['[', ']'],
  ['{"a":', '}'],
])('parses %s…%s of limited depth', (open, close) => {
  const text = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  expect(JSON.stringify(parseJson(text(100)))).toBe(text(100));
  for (const depth of [101, 100_000])
    expect(() => parseJson(text(depth))).toThrow(new SyntaxError('it is nested more than 100 levels deep'));
  expect(() => parseJson(text(4), { maxDepth: 3 })).toThrow('more than 3 levels');
});

it('counts no brackets in strings', () => {
  const value = { a: nested(500), b: '\\"[[[' };
  expect(parseJson(JSON.stringify(value), { maxDepth: 1 })).toEqual(value);
});

it('is JSON.parse otherwise', () => {
  expect(parseJson('[1,2]', { reviver: (_, value) => (value === 1 ? 3 : value) })).toEqual([3, 2]);
  expect(() => parseJson('{"a":')).toThrow(SyntaxError);
});
