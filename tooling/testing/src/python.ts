import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** What {@link Python} hands over to a script. */
export interface PythonOptions {
  /** The command line behind the script, default none. */
  args?: readonly string[];
  /** What the script reads from its standard input, default nothing. */
  input?: string;
}

/** Runs a script, given by its path, and returns what it prints; throws what it says on its standard error. */
export type Python = (script: string, options?: PythonOptions) => string;

/** As with backends: skipped where it is missing, a failure in continuous integration. */
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

/** When {@link describePython} has a suite at all. */
export interface DescribePythonOptions {
  /**
   * Whether continuous integration has the modules, so that their absence is a failure there, default true. With `false`
   * there is no suite where they are missing: for PyTorch, whose wheels fill gigabytes.
   */
  required?: boolean;
}

/**
 * Runs `suite` with the Python that `TRAINKIT_PYTHON` names, if that can import `modules`.
 *
 * `requirements.txt` beside the folder of this file lists what continuous integration installs for all suites.
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

/** The Python of `TRAINKIT_PYTHON`, or why there is none with these modules. */
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
