import { describe, expect, it } from 'vitest';
import { show } from './index.js';

describe('show', () => {
  class Tensor {
    toString(): string {
      throw new Error('disposed');
    }
  }
  const itself: unknown[] = [];
  itself.push(itself);
  it.each([
    ['3', '"3"'],
    [3, '3'],
    [3n, '3n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('x'), 'Symbol(x)'],
    [[2, ['3']], '[2, ["3"]]'],
    [[[[]], [[1]]], '[[[]], [[…]]]'],
    [itself, '[[[…]]]'],
    [Array.from({ length: 60_000 }, (_, i) => i), '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 59990 more]'],
    [{}, '[object Object]'],
    [Object.create(null), '[object Object]'],
    [new Float32Array(2), '[object Float32Array]'],
    [new Tensor(), '[object Tensor]'],
    [() => 3, 'function (anonymous)'],
    [Tensor, 'function Tensor'],
  ])('writes no. %# as it would be typed', (value, text) => {
    expect(show(value)).toBe(text);
  });
});
