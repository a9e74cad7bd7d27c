import { z } from 'zod';
import { checkTogether, experimentFields, nestedKeys } from './experiment-schema.js';
import { describeProblems } from './problems.js';

/** What a config says of the data. */
const dataSchema = z.strictObject({
  name: z.enum(['full', 'sample', 'custom']),
  trainImages: z.int().positive(),
  testImages: z.int().positive(),
  /** SHA-256 over the images and labels of both splits. */
  sha256: z.string(),
});

/** Everything that decides the numbers of a run; `config.json` in its folder. An unknown key is an error. */
const runConfigSchema = z.strictObject({
  ...experimentFields,
  /** Part of the config because two backends differ in the last bits of a sum. */
  backend: z.enum(['tensorflow', 'wasm', 'cpu']),
  data: dataSchema,
});

/** See {@link runConfigSchema}. */
export type RunConfig = z.output<typeof runConfigSchema>;

/** A config that was read from a file, or what is wrong with it in words. */
export function parseRunConfig(value: unknown): { config: RunConfig } | { problem: string } {
  const parsed = runConfigSchema.safeParse(value);
  if (!parsed.success) {
    const known = {
      '': Object.keys(runConfigSchema.shape),
      data: Object.keys(dataSchema.shape),
      ...nestedKeys,
    };
    return { problem: describeProblems(parsed.error, value, known).join('; ') };
  }
  const problem = checkTogether(parsed.data);
  return problem === null ? { config: parsed.data } : { problem };
}
