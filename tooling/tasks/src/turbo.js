#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureLine, withFlags } from './failures.js';

/**
 * Runs turbo for this repository's scripts and README: a failed task does not stop the others, and
 * the last line names the failed tasks and the command that runs them alone. turbo.json has no
 * setting for either.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const runs = join(root, '.turbo', 'runs');
const { tasks } = JSON.parse(readFileSync(join(root, 'turbo.json'), 'utf8'));
const { args, summarized } = withFlags(process.argv.slice(2), Object.keys(tasks));
const earlier = new Set(summaries());

const binary = createRequire(import.meta.url).resolve('turbo/bin/turbo');
const child = spawn(process.execPath, [binary, ...args], { stdio: 'inherit' });
// Ctrl-C reaches the whole process group; a signal to this process alone must be passed on.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`turbo did not start: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
  if (!summarized) return;
  for (const file of summaries().filter((name) => !earlier.has(name))) {
    const line = failureLine(JSON.parse(readFileSync(join(runs, file), 'utf8')));
    rmSync(join(runs, file), { force: true });
    if (line !== null) process.stdout.write(`${line}\n`);
  }
});

/** Returns the files in which turbo summarized its runs. */
function summaries() {
  try {
    return readdirSync(runs);
  } catch {
    return [];
  }
}
