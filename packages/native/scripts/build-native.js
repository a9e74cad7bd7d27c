// Cross-compiles the addon into the packages of npm/ with zig:
// `pnpm build:native [--all | PLATFORM…]`, by default for Linux on x64. Needs `pnpm build` first,
// and pip or Python's package ziglang.
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crossCompileAddon, PLATFORM_NAMES } from '../dist/build/cross-compile.js';

const NPM = fileURLToPath(new URL('../npm', import.meta.url));

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const named = args.length > 0 ? args : ['linux-x64'];
for (const name of args.includes('--all') ? PLATFORM_NAMES : named) {
  // Beside its place, so that nobody sees half a file.
  const scratch = mkdtempSync(join(NPM, '.compiling-'));
  const compiled = join(scratch, 'trainkit.node');
  try {
    await crossCompileAddon(name, compiled);
    renameSync(compiled, join(NPM, name, 'trainkit.node'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const { size } = statSync(join(NPM, name, 'trainkit.node'));
  console.log(`npm/${name}/trainkit.node: ${(size / 1000).toFixed(0)} kB`);
}
