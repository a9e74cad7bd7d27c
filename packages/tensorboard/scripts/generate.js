// Writes src/proto from proto: `node scripts/generate.js`; with --check it only compares them. The
// compiler has 93 MB and is seldom needed, so it is fetched on use and is no devDependency.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const committed = join(home, 'src/proto');
const check = process.argv.includes('--check');
const out = check ? mkdtempSync(join(tmpdir(), 'trainkit-proto-')) : committed;

const template = {
  version: 'v2',
  plugins: [
    {
      local: 'protoc-gen-es',
      out,
      // Enums are not erasable syntax; the generator and the tests check the generated files.
      opt: ['target=ts', 'import_extension=js', 'ts_nocheck=true'],
    },
  ],
};
const compiler = ['@bufbuild/buf@1.75.0', '@bufbuild/protoc-gen-es@2.13.0'];

try {
  execFileSync(
    'npx',
    [
      '--yes',
      ...compiler.flatMap((name) => ['--package', name]),
      'buf',
      'generate',
      'proto',
      '--template',
      JSON.stringify(template),
    ],
    { cwd: home, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const generated = readdirSync(out);
  if (check) {
    const differing = [...new Set([...generated, ...readdirSync(committed)])].filter(
      (file) => read(out, file) !== read(committed, file),
    );
    if (differing.length > 0)
      throw new Error(
        `src/proto is not what proto gives: ${differing.join(', ')}. Run: node scripts/generate.js`,
      );
  }
  console.log(`${generated.length} files ${check ? 'are up to date' : 'written'}: ${generated.join(', ')}`);
} finally {
  if (check) rmSync(out, { recursive: true, force: true });
}

/**
 * @param {string} folder
 * @param {string} file
 */
function read(folder, file) {
  return readdirSync(folder).includes(file) ? readFileSync(join(folder, file), 'utf8') : undefined;
}
