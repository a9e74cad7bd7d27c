import { expected } from '@trainkit/checks';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 64n - 1n;

/**
 * Checks a seed like `torch.manual_seed`, and returns the 32 bits that MT19937 is seeded with.
 *
 * A negative seed counts from 2⁶⁴ down. Only the low 32 bits are used, so 1 and 2³² + 1 give the
 * same stream, as in PyTorch.
 */
export function seedWord(seed: number | bigint): number {
  const isWhole = typeof seed === 'bigint' || Number.isSafeInteger(seed);
  if (isWhole && seed >= LOWEST && seed <= HIGHEST) return Number(BigInt.asUintN(32, BigInt(seed)));
  const ErrorType = typeof seed === 'bigint' || typeof seed === 'number' ? RangeError : TypeError;
  const instead =
    Number.isInteger(seed) && !isWhole ? `Numbers above 2^53 skip integers: write ${BigInt(seed)}n.` : '';
  throw new ErrorType(expected('Generator', 'seed', seed, 'a whole number from -2^63 to 2^64 - 1', instead));
}
