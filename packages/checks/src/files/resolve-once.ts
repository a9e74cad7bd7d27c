import { resolve } from 'node:path';

/** The absolute paths of relative ones, as they were when they were first asked for. */
const resolved = new Map<string, string>();

/**
 * Resolves the path that an environment variable holds, once: later calls return the same absolute path after
 * `process.chdir` too.
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
