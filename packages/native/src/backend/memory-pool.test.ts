import { expect, it } from 'vitest';
import { MemoryPool } from './memory-pool.js';

it('gives an array of the same length again, and no other', () => {
  const pool = new MemoryPool((length) => new Float32Array(length));
  const array = pool.take(3);
  pool.give(array);
  expect(pool.bytes).toBe(12);
  expect(pool.take(4)).not.toBe(array);
  expect(pool.take(3)).toBe(array);
  expect(pool.take(3)).not.toBe(array);
  expect(pool.bytes).toBe(0);
});

it('gives up what it holds before it says that memory is out', () => {
  const tried: number[] = [];
  const pool = new MemoryPool((length) => {
    tried.push(length);
    return length < 100 ? new Float32Array(length) : undefined;
  });
  pool.give(pool.take(5));
  expect(() => pool.take(100)).toThrow(
    'native: out of memory for a tensor of 100 numbers. Dispose of tensors',
  );
  expect(tried).toEqual([5, 100, 100]);
  expect(pool.bytes).toBe(0);
});

it('drops the lengths that were not needed for the longest where it is full', () => {
  const pool = new MemoryPool((length) => new Float32Array(length), 100);
  for (const length of [10, 11]) pool.give(new Float32Array(length));
  pool.give(new Float32Array(12));
  expect(pool.bytes).toBe(92);
  const last = new Float32Array(2);
  pool.give(last);
  expect(pool.take(2)).toBe(last);
  pool.give(new Float32Array(26));
  expect(pool.bytes).toBe(92);
});
