import { describe, expect, it } from 'vitest';
import { show } from './index.js';

describe('show', () => {
  class Tensor {
    toString(): string {
      throw new Error('disposed');
    }
  }
  it.each([
    ['3', '"3"'],
    [3, '3'],
    [3n, '3n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('x'), 'Symbol(x)'],
    [[2, ['3']], '[2, ["3"]]'],
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
