import { resolve } from 'node:path';

/** The absolute paths of relative ones, resolved at their first use. */
const resolved = new Map<string, string>();

/**
 * Resolves a relative path once, such as that of an environment variable: later calls return the
 * same absolute path, even after `process.chdir`.
 *
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { resolveOnce } from '@trainkit/checks/files';
 *
 * const before = resolveOnce('data');
 * process.chdir(tmpdir());
 * console.log(resolveOnce('data') === before); // → true
 * ```
 */
export function resolveOnce(path: string): string {
  const known = resolved.get(path);
  if (known !== undefined) return known;
  const made = resolve(path);
  resolved.set(path, made);
  return made;
}
