import { z } from 'zod';

/** Seeds above 2⁵³ do not fit a JSON number: they are kept as decimal strings. */
export const seedSchema = z.union([z.int(), z.string().regex(/^-?\d+$/)]).refine(isSeed, {
  error: 'a seed lies between -2^63 and 2^64 - 1',
});

/** A seed as JSON holds it. */
export function seedToJson(seed: bigint): number | string {
  const number = Number(seed);
  return Number.isSafeInteger(number) ? number : String(seed);
}

function isSeed(value: number | string): boolean {
  // What is no whole number is refused by another check.
  if (!/^-?\d+$/.test(String(value))) return true;
  const seed = BigInt(value);
  return seed >= -(2n ** 63n) && seed < 2n ** 64n;
}
