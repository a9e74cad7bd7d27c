import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** Options of {@link Python}. */
export interface PythonOptions {
  /** The arguments of the script, default none. */
  args?: readonly string[];
  /** The standard input of the script, default empty. */
  input?: string;
}

/**
 * Runs a script, given by its path, and returns its standard output. Throws an error with its
 * standard error if it fails.
 */
export type Python = (script: string, options?: PythonOptions) => string;

/**
 * True if a missing Python is a failure, as in continuous integration. By default its tests are
 * skipped.
 */
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

/** Options of {@link describePython}. */
export interface DescribePythonOptions {
  /**
   * True if continuous integration has the modules, so that their absence is a failure there. With
   * `false` the suite is skipped if they are missing: for PyTorch, whose wheels need gigabytes.
   * Default true.
   */
  required?: boolean;
}

/**
 * Runs `suite` with the Python that `TRAINKIT_PYTHON` names, if that can import `modules`.
 *
 * `requirements.txt` beside the folder of this file lists what continuous integration installs for
 * all suites.
 */
export function describePython(
  title: string,
  modules: readonly string[],
  suite: (python: Python) => void,
  { required = true }: DescribePythonOptions = {},
): void {
  const found = pythonWith(modules);
  if (typeof found === 'string' && !required) return;
  const fail = () => {
    throw new Error(String(found));
  };
  const skipped = typeof found === 'string' && !REQUIRED;
  describe.skipIf(skipped)(skipped ? `${title} (skipped: ${found})` : title, () => {
    suite(typeof found === 'string' ? fail : found);
  });
}

/** Returns the Python of `TRAINKIT_PYTHON`, or the reason why it cannot import these modules. */
function pythonWith(modules: readonly string[]): Python | string {
  const program = process.env['TRAINKIT_PYTHON'];
  if (!program) return `TRAINKIT_PYTHON names no Python with ${modules.join(', ')}`;
  const { error, status, stderr } = spawnSync(program, ['-c', `import ${modules.join(', ')}`], {
    encoding: 'utf8',
  });
  if (error || status !== 0) {
    const reason = error?.message ?? stderr.trim().split('\n').at(-1);
    return `${program}, which TRAINKIT_PYTHON names, cannot import ${modules.join(', ')}: ${reason}`;
  }
  return (script, { args = [], input = '' } = {}) => {
    const run = spawnSync(program, [script, ...args], { encoding: 'utf8', input, maxBuffer: 2 ** 30 });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Error(`${script} ended with ${run.status ?? run.signal}:\n${run.stderr}`);
    return run.stdout;
  };
}
