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
