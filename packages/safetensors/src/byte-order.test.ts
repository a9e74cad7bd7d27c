import { describe, expect, it } from 'vitest';
import { reversedItems } from './byte-order.js';

describe('reversedItems', () => {
  it('reverses the bytes of each item in a copy', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(reversedItems(bytes, 4)).toEqual(Uint8Array.of(4, 3, 2, 1, 8, 7, 6, 5));
    expect(reversedItems(bytes, 1)).toEqual(bytes);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });

  it('reverses the bytes of a number on a processor with the high byte first', () => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, Math.PI, false);
    const { buffer } = reversedItems(bytes, 8);
    expect(new DataView(buffer).getFloat64(0, true)).toBe(Math.PI);
  });
});
