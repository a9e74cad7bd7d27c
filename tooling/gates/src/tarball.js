import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm, run } from './run.js';

/**
 * A packed package.
 *
 * @typedef {object} Tarball
 * @property {string} file
 * @property {number} bytes
 * @property {readonly string[]} files the paths in it, without `package/`
 * @property {string} manifest the package.json in it
 */

/** Files that users do not need. */
const UNWANTED =
  /\.test\.|\.full-set\.|\.kills\.|\.thorough\.|^goldens\/|^bench\/|^scripts\/|\.gz$|tsconfig|vitest|\.tsbuildinfo$/;

/** The data folder of a package. */
const SAMPLE = /^sample\//;

/**
 * @param {import('./workspace.js').Package} package_
 * @param {string} folder
 * @returns {Promise<Tarball>}
 */
export async function pack({ directory, manifest }, folder) {
  mkdirSync(folder, { recursive: true });
  const { code, output } = await pnpm(['pack', '--pack-destination', folder], { cwd: directory });
  if (code !== 0) throw new Error(`pnpm pack fails in ${directory}:\n${output}`);
  const file = join(folder, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
  const list = await run('tar', ['-tzf', file], { cwd: folder });
  const packed = await run('tar', ['-xOzf', file, 'package/package.json'], { cwd: folder });
  return {
    file,
    bytes: statSync(file).size,
    files: list.stdout
      .trimEnd()
      .split('\n')
      .map((path) => path.replace(/^package\//, '')),
    manifest: packed.stdout,
  };
}

/**
 * Returns the problems of a tarball.
 *
 * @param {Tarball} tarball
 */
export function tarballProblems({ files, manifest, bytes }) {
  const problems = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']
    .filter((file) => !files.includes(file))
    .map((file) => `${file} is missing`);
  const isData = JSON.parse(manifest).files?.includes('sample') === true;
  /** @param {string} file */
  const isUnwanted = (file) => (SAMPLE.test(file) ? !isData : UNWANTED.test(file));
  problems.push(...files.filter((file) => isUnwanted(file)).map((file) => `${file} is not needed by users`));
  for (const file of files.filter((path) => /^dist\/.*\.js$/.test(path))) {
    const wanted = [
      `${file}.map`,
      file.replace(/\.js$/, '.d.ts'),
      file.replace(/^dist(.*)\.js$/, 'src$1.ts'),
    ];
    problems.push(...wanted.filter((path) => !files.includes(path)).map((path) => `${file} lacks ${path}`));
  }
  for (const word of ['workspace:', 'catalog:']) {
    if (manifest.includes(word)) problems.push(`package.json still contains ${word}`);
  }
  if (bytes > (isData ? 4_000_000 : 500_000)) problems.push(`it has ${bytes} bytes`);
  return problems;
}
