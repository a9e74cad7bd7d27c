import { z } from 'zod';

/** Seeds above 2⁵³ do not fit a JSON number: they are kept as decimal strings. */
const seedSchema = z.union([z.int(), z.string().regex(/^-?\d+$/)]);

/** Everything that decides the numbers of a run; `config.json` in its folder. An unknown key is an error. */
export const runConfigSchema = z.strictObject({
  run: z.string(),
  seed: seedSchema,
  steps: z.int().positive(),
  batchSize: z.int().positive(),
  optimizer: z.literal('sgd'),
  learningRate: z.number().positive(),
  /** Part of the config because two backends differ in the last bits of a sum. */
  backend: z.enum(['tensorflow', 'wasm', 'cpu']),
  data: z.strictObject({
    name: z.enum(['full', 'sample', 'custom']),
    trainImages: z.int().positive(),
    testImages: z.int().positive(),
    /** SHA-256 over the images and labels of both splits. */
    sha256: z.string(),
  }),
});

/** See {@link runConfigSchema}. */
export type RunConfig = z.infer<typeof runConfigSchema>;

/** A seed as `config.json` holds it. */
export function seedToJson(seed: bigint): number | string {
  const number = Number(seed);
  return Number.isSafeInteger(number) ? number : String(seed);
}

/** A field in which two configs differ, by its dotted name. */
export interface ConfigDifference {
  field: string;
  before: unknown;
  now: unknown;
}

/** The first field in which two configs differ, or null. */
export function firstDifference(before: unknown, now: unknown, field = ''): ConfigDifference | null {
  if (Object.is(before, now)) return null;
  if (!isRecord(before) || !isRecord(now)) return { field, before, now };
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const difference = firstDifference(before[key], now[key], field ? `${field}.${key}` : key);
    if (difference) return difference;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
