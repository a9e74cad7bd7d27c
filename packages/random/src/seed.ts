import { show } from './show.js';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 64n - 1n;

/**
 * Checks a seed as `torch.manual_seed` does and gives the 32 bits that MT19937 is started with.
 *
 * A negative seed counts from 2⁶⁴ down. Only the low 32 bits count, so 1 and 2³² + 1 start the same stream;
 * PyTorch's generator has that property too.
 */
export function seedWord(seed: number | bigint): number {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    const advice = Number.isInteger(seed)
      ? `is beyond 2^53, where numbers skip integers: write it as a bigint, like ${BigInt(seed)}n`
      : 'is not a whole number';
    throw new RangeError(`A seed is a whole number; ${show(seed)} ${advice}.`);
  }
  if (typeof seed !== 'number' && typeof seed !== 'bigint') {
    throw new TypeError(`A seed is a number or a bigint; received ${show(seed)} (${typeof seed}).`);
  }
  const value = BigInt(seed);
  if (value < LOWEST || value > HIGHEST) {
    throw new RangeError(`A seed lies between -2^63 and 2^64 - 1, as PyTorch's; received ${show(seed)}.`);
  }
  return Number(BigInt.asUintN(32, value));
}
