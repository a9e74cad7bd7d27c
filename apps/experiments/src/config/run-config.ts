import { describeProblems } from './problems.js';
import { checkCombination, dataSchema, nestedKeys, type RunConfig, runConfigSchema } from './schema.js';

/** Returns a config that was read from a file, or its problem as text. */
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
  const problem = checkCombination(parsed.data);
  return problem === null ? { config: parsed.data } : { problem };
}
