import { spawn } from 'node:child_process';
import { checkOptions, errorCode, type OptionNames } from '@trainkit/checks';

/** Options of {@link run}. */
export interface RunOptions {
  /** The folder to run in, default the current one. */
  cwd?: string | undefined;
  /** Variables on top of this process' own. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Ends the program when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called with every line of its output and its error output as it comes. */
  onLine?: ((line: string) => void) | undefined;
}

const OPTIONS: OptionNames<RunOptions> = { cwd: true, env: true, signal: true, onLine: true };

/** A program that is not installed, so that the caller can say what to install. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing';
}

/**
 * Runs a program without a shell and resolves to its output.
 *
 * @throws ProgramMissing where there is no such program
 * @throws Error where it fails, with the last lines that it wrote
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env, signal, onLine } = checkOptions('run', options, OPTIONS);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const tail: string[] = [];
    const takeLines = (stream: NodeJS.ReadableStream, keep: (text: string) => void) => {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        keep(text);
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines) note(line);
      });
      stream.on('end', () => note(rest));
    };
    const note = (line: string) => {
      if (line.trim() === '') return;
      onLine?.(line);
      tail.push(line);
      if (tail.length > 12) tail.shift();
    };
    takeLines(child.stdout, (text) => {
      output += text;
    });
    takeLines(child.stderr, () => {});
    child.on('error', (error) => {
      reject(
        errorCode(error) === 'ENOENT' ? new ProgramMissing(`there is no program \`${program}\``) : error,
      );
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(`\`${program}\` ended with ${killedBy ?? `exit code ${code}`}:\n${tail.join('\n')}`),
        );
    });
  });
}
