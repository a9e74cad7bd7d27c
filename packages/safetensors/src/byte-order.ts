/**
 * True if this processor stores the high byte of a number first, the reverse of the format's order.
 */
export const WRONG_BYTE_ORDER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** A copy with the bytes of each item of `size` bytes in reverse order. */
export function reversedItems(bytes: Uint8Array, size: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (let i = 0; i < copy.length; i += size) copy.subarray(i, i + size).reverse();
  return copy;
}
