import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Generator } from '@trainkit/random';

/**
 * The point at which a program kills itself: before its count-th call of a function of `node:fs`.
 */
export interface Kill {
  at: string;
  count: number;
}

/** The seed of the drawn kills; a title prints it, so that a failure can be repeated. */
export const KILL_SEED = BigInt(process.env['TRAINKIT_KILL_SEED'] ?? Date.now());

/** Draws the calls at which a program is killed, each from the first to the `count`-th. */
export function drawKills(limits: readonly Kill[]): Kill[] {
  const generator = new Generator(KILL_SEED);
  return limits.map(({ at, count }) => ({ at, count: 1 + Number(generator.int64() % BigInt(count)) }));
}

/** Options of {@link runExample}. */
interface RunOptions {
  /** The working directory; an example writes into its folder `runs`. */
  folder: string;
  /** The backend, named in the environment; without it an example uses the fastest one. */
  backend: string;
  /** The arguments of the command line. Default none. */
  args?: readonly string[];
  /** The call before which SIGKILL ends the program. Default: the program runs to its end. */
  kill?: Kill;
}

/** The end of an example. */
interface Ended {
  stdout: string;
  stderr: string;
  /** The exit code, or the signal that ended it. */
  end: number | string | null;
}

/** Runs the built example `name` as a user does: `node dist/NAME.js`. */
export function runExample(name: string, { folder, backend, args = [], kill }: RunOptions): Promise<Ended> {
  mkdirSync(folder, { recursive: true });
  const program = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  const preload = new URL('../../fixtures/kill-at.js', import.meta.url).href;
  const env = {
    ...process.env,
    TRAINKIT_BACKEND: backend,
    ...(kill ? { KILL_AT: JSON.stringify(kill) } : {}),
  };
  const command = [...(kill ? ['--import', preload] : []), program, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: folder, env }, (_error, stdout, stderr) => {
      resolve({ stdout, stderr, end: child.signalCode ?? child.exitCode });
    });
  });
}
