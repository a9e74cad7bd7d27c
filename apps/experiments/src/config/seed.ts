import { z } from 'zod';

const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

/** The range of seeds, for a sentence. PyTorch accepts int64 and uint64. */
export const SEED_RANGE = 'between -2^63 and 2^64 - 1';

const NO_SEED =
  'a seed is a whole number such as 0, or above 2^53 its digits in quotes, such as "9007199254740993"';

/** Seeds above 2⁵³ do not fit a JSON number: they are kept as decimal strings. */
export const seedSchema = z
  .union([z.number(), z.string()], { error: NO_SEED })
  .superRefine((value, { addIssue }) => {
    const message = whyNoSeed(value);
    if (message !== null) addIssue({ code: 'custom', message });
  });

/** Converts a seed to JSON. */
export function seedToJson(seed: bigint): number | string {
  const number = Number(seed);
  return Number.isSafeInteger(number) ? number : String(seed);
}

/** Returns true if PyTorch accepts the seed too. */
export function isSeed(seed: bigint): boolean {
  return seed >= LEAST && seed <= MOST;
}

function whyNoSeed(value: number | string): string | null {
  if (typeof value === 'string' ? !/^-?\d+$/.test(value) : !Number.isInteger(value)) return NO_SEED;
  if (!isSeed(BigInt(value))) return `a seed is ${SEED_RANGE}`;
  // A larger number lost its last digits when it was read.
  return typeof value === 'string' || Number.isSafeInteger(value)
    ? null
    : 'a number beyond 2^53 is rounded in JSON; write the digits of the seed in quotes, as "9007199254740993"';
}
