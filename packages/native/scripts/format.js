// Formats the C++ sources by .clang-format: `node scripts/format.js`; with --check it changes
// nothing and ends with 1 where one differs. A part of `pnpm format` and `pnpm lint`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import clangFormat from 'clang-format';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

const sources = ['src/runtime', 'src/kernels', 'fixtures'].flatMap((folder) =>
  readdirSync(join(PACKAGE, folder))
    .filter((name) => /\.(cc|h)$/.test(name))
    .map((name) => join(folder, name)),
);
const how = process.argv.includes('--check') ? ['--dry-run', '-Werror'] : ['-i'];
const program = programOf();
if (program !== undefined) {
  const { status, error } = spawnSync(program, [...how, ...sources], { cwd: PACKAGE, stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
}

/** The formatter; undefined, with a line on standard error, where this platform has none. */
function programOf() {
  try {
    return clangFormat.getNativeBinary();
  } catch {
    console.error(
      `The C++ sources are not looked at: the package clang-format has no program for ${process.platform} on ${process.arch}.`,
    );
    return undefined;
  }
}
