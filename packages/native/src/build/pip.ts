import { ProgramMissing, run } from './run.js';

/** The advice of errors where pip is missing. */
const PIP_ADVICE =
  'install Python with pip (Debian, Ubuntu: apt-get install python3-pip; Fedora: dnf install python3-pip)';

/**
 * The Python with pip that downloads are made with, and the version that pip states of itself.
 *
 * @param python the only one to try; undefined for the first of python3 and python
 * @throws Error where there is none
 */
export async function findPip(
  python: string | undefined,
  signal?: AbortSignal,
): Promise<{ python: string; version: string }> {
  const failures: string[] = [];
  for (const candidate of python === undefined ? ['python3', 'python'] : [python]) {
    try {
      const version = (await run(candidate, ['-m', 'pip', '--version'], { signal })).trim();
      return { python: candidate, version: version.replace(/ from .*\(/, ' (') };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error instanceof ProgramMissing ? error.message : `\`${candidate}\` has no pip`);
    }
  }
  throw new Error(`pip is missing (${failures.join(', ')}): ${PIP_ADVICE}`);
}
