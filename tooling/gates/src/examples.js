import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks, docstringBlocks, expectedLines, importedPackages, sameLines } from './blocks.js';
import { run } from './run.js';
import { fromRoot, packages, root, workspace } from './workspace.js';

/**
 * Two at a time: most of a short example's time is loading TensorFlow.js, and it keeps a core busy.
 */
const AT_ONCE = 2;

/** The same data for every example, wherever it runs: the sample that the tests use. */
const ENVIRONMENT = { ...process.env, FASHION_MNIST_DIR: join(root, 'packages/fashion-mnist-sample/sample') };

/**
 * Every TypeScript block of the READMEs, of the guides and of the docstrings' examples type-checks, runs, and prints what the
 * comments beside its lines say (`// → text`). A block that names its file, with a first line of
 * `ts page.ts`, is for browsers: it type-checks alone.
 *
 * The blocks are compiled in `.examples` in the folder of their package, so that they see what its users see:
 * the package by its name, and TensorFlow.js; they run in that folder. Those of the root's README see what the
 * application sees, those of the guides what the site does. A block that imports a package of ours which its own package does not use, since the arrow points
 * the other way, is a block of `apps/examples`.
 *
 * @param {import('./report.js').Report} report
 */
export default async function examples(report) {
  const app = workspace.find(({ path }) => path === 'apps/experiments');
  const shared = workspace.find(({ path }) => path === 'apps/examples');
  const site = workspace.find(({ path }) => path === 'apps/docs');
  const homes = packages.map(({ directory, manifest }) => ({
    directory,
    manifest,
    files: [...readmes(directory), ...sources(directory)],
  }));
  if (app) homes.push({ ...app, files: [...readmes(root), ...readmes(app.directory)] });
  if (site) homes.push({ ...site, files: guides(site.directory) });
  /** @type {import('./blocks.js').Block[]} */
  const foreign = [];
  /** @type {{ directory: string, blocks: import('./blocks.js').Block[] }[]} */
  const places = [];
  for (const { directory, manifest, files } of homes) {
    const blocks = files.flatMap(blocksOf);
    const own = blocks.filter(({ code }) => resolvesAll(manifest, code));
    foreign.push(...blocks.filter((block) => !own.includes(block)));
    places.push({ directory, blocks: own });
  }
  if (shared) {
    const blocks = [...readmes(shared.directory).flatMap(blocksOf), ...foreign];
    places.push({ directory: shared.directory, blocks });
  }

  for (const { directory, blocks } of places) {
    if (blocks.length === 0) continue;
    const place = join(directory, '.examples');
    try {
      if (await compile(place, blocks, report))
        await inPairs(
          blocks.filter(({ name }) => name === null),
          (block) => runBlock(place, block, report),
        );
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
}

/**
 * Writes the blocks, each at the line that it has in its own file so that messages name the right one, and
 * compiles them; true where they all type-check.
 *
 * @param {string} place
 * @param {readonly import('./blocks.js').Block[]} blocks
 * @param {import('./report.js').Report} report
 */
async function compile(place, blocks, report) {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  for (const block of blocks)
    writeFileSync(join(place, `${name(block)}.ts`), '\n'.repeat(block.line - 1) + block.code);
  writeFileSync(
    join(place, 'tsconfig.json'),
    JSON.stringify({
      extends: '@trainkit/config/tsconfig.json',
      compilerOptions: {
        rootDir: '.',
        outDir: 'out',
        declaration: false,
        declarationMap: false,
        // Strict as users have it: an example may name what it does not use, and read an array as it is.
        noUnusedLocals: false,
        noUncheckedIndexedAccess: false,
      },
      files: blocks.map((block) => `${name(block)}.ts`),
    }),
  );
  const tsc = join(root, 'node_modules/typescript/lib/tsc.js');
  const { code, output } = await run(process.execPath, [tsc, '--pretty', 'false'], { cwd: place });
  report.check(
    `${fromRoot(join(place, '..'))}: ${blocks.length} blocks type-check`,
    code === 0 ? [] : [`the examples do not type-check\n${output}`],
    'Make each ```ts block a complete program; one that is not to run is ```text or ```sh.',
  );
  return code === 0;
}

/**
 * @param {string} place
 * @param {import('./blocks.js').Block} block
 * @param {import('./report.js').Report} report
 */
async function runBlock(place, block, report) {
  const program = join(place, 'out', `${name(block)}.js`);
  const { code, stdout, output } = await run(process.execPath, ['--enable-source-maps', program], {
    cwd: join(place, '..'),
    env: ENVIRONMENT,
  });
  const where = `${fromRoot(block.file)}:${block.line}`;
  if (code !== 0) {
    report.fail(`${where} ended with code ${code}\n${output}`, 'Make it a program that runs as it stands.');
    return;
  }
  const printed = stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
  const expected = expectedLines(block.code);
  if (sameLines(printed, expected)) report.pass(`${where} (${expected.length} lines printed)`);
  else {
    report.fail(
      `${where} prints\n  ${printed.join('\n  ')}\nwhere its comments say\n  ${expected.join('\n  ')}`,
      'Write // → and the printed line after each console.log, // e.g. where it differs from run to run.',
    );
  }
}

/** @param {import('./blocks.js').Block} block */
function name({ file, line, name }) {
  return name ?? `${fromRoot(file).replaceAll('/', '.')}.${line}`;
}

/** @param {string} file */
function blocksOf(file) {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.md') ? codeBlocks(file, text) : docstringBlocks(file, text);
}

/**
 * Whether a package has every package of ours that a program imports.
 *
 * @param {import('./workspace.js').Manifest} manifest
 * @param {string} code
 */
function resolvesAll(manifest, code) {
  const known = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies };
  return importedPackages(code).every((name) => name === manifest.name || name in known);
}

/** @param {string} directory */
function readmes(directory) {
  return readdirSync(directory)
    .filter((file) => file === 'README.md')
    .map((file) => join(directory, file));
}

/** @param {string} directory */
function guides(directory) {
  return readdirSync(join(directory, 'guide'))
    .sort()
    .map((file) => join(directory, 'guide', file));
}

/** @param {string} directory */
function sources(directory) {
  return readdirSync(join(directory, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(directory, 'src', file));
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<void>} work
 */
async function inPairs(items, work) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
