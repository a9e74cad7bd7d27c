import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The schema of some lines of a source file. */
export const sourceSchema = z.object({
  /** The file, relative to the root of the repository. */
  file: z.string(),
  /** The number of the first line. */
  line: z.int(),
  text: z.string(),
});

/** See {@link sourceSchema}. */
export type Source = z.infer<typeof sourceSchema>;

/**
 * Reads lines of a package's source: from the first one that contains `first` to the next one that
 * contains `last`, without their common indentation.
 *
 * @returns null if the package has no sources beside its build, or no such lines
 */
export function sourceLines(
  name: string,
  { file, first, last = first }: { file: string; first: string; last?: string },
): Source | null {
  const path = fileURLToPath(new URL(file, import.meta.resolve(`@trainkit/${name}/package.json`)));
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.includes(first));
  const length = lines.slice(Math.max(0, start)).findIndex((line) => line.includes(last)) + 1;
  if (start < 0 || length < 1) return null;
  const found = lines.slice(start, start + length);
  const indents = found.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents);
  return {
    file: `packages/${name}/${file}`,
    line: start + 1,
    text: found.map((line) => line.slice(indent)).join('\n'),
  };
}
