import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and collects its output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `output` is stdout and
 *   stderr together
 */
export function run(command, args, { cwd, env = process.env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), stdout, output }));
  });
}

/**
 * Runs pnpm: the one that runs this script, or one from npx.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string }} options
 */
export function pnpm(args, options) {
  const own = process.env['npm_execpath'];
  if (!own?.includes('pnpm')) return run('npx', ['--yes', 'pnpm@12', ...args], options);
  return /\.[cm]?js$/.test(own) ? run(process.execPath, [own, ...args], options) : run(own, args, options);
}
