import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks, docstringBlocks, expectedLines, importedPackages, sameLines } from './blocks.js';
import { run } from './run.js';
import { fromRoot, packages, root, workspace } from './workspace.js';

/**
 * Number of examples that run at the same time. Loading TensorFlow.js keeps a core busy.
 */
const AT_ONCE = 2;

/** The environment of every example, with the sample of Fashion-MNIST that the tests use. */
const ENVIRONMENT = { ...process.env, FASHION_MNIST_DIR: join(root, 'packages/fashion-mnist-sample/sample') };

/**
 * Checks that every TypeScript block of the READMEs, of the guides and of the docstrings' examples
 * type-checks, runs, and prints the lines that its comments state (`// → text`). A block that names
 * its file, with a first line of `ts page.ts`, is for browsers: it is type-checked and not run.
 *
 * The blocks are compiled in `.examples` in the folder of their package, so that imports resolve as
 * they do for its users. They run in the package's folder. Blocks of the root's README resolve as
 * in the application, those of the guides as in the site. A block that imports one of our packages
 * on which its own package does not depend is compiled in `apps/examples`.
 *
 * @param {import('./report.js').Report} report
 */
export default async function examples(report) {
  const app = workspace.find(({ path }) => path === 'apps/experiments');
  const shared = workspace.find(({ path }) => path === 'apps/examples');
  const site = workspace.find(({ path }) => path === 'apps/docs');
  const sourcesOfBlocks = packages.map(({ directory, manifest }) => ({
    directory,
    manifest,
    files: [...readmes(directory), ...sources(directory)],
  }));
  if (app) sourcesOfBlocks.push({ ...app, files: [...readmes(root), ...readmes(app.directory)] });
  if (site) sourcesOfBlocks.push({ ...site, files: guides(site.directory) });
  /** @type {import('./blocks.js').Block[]} */
  const foreign = [];
  /** @type {{ directory: string, blocks: import('./blocks.js').Block[] }[]} */
  const groups = [];
  for (const { directory, manifest, files } of sourcesOfBlocks) {
    const blocks = files.flatMap(blocksOf);
    const own = blocks.filter(({ code }) => resolvesAll(manifest, code));
    foreign.push(...blocks.filter((block) => !own.includes(block)));
    groups.push({ directory, blocks: own });
  }
  if (shared) {
    const blocks = [...readmes(shared.directory).flatMap(blocksOf), ...foreign];
    groups.push({ directory: shared.directory, blocks });
  }

  for (const { directory, blocks } of groups) {
    if (blocks.length === 0) continue;
    const folder = join(directory, '.examples');
    try {
      if (await compile(folder, blocks, report))
        await inPairs(
          blocks.filter(({ name }) => name === null),
          (block) => runBlock(folder, block, report),
        );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/**
 * Writes the blocks and compiles them; returns true if they all type-check. Each block starts at
 * its line in its own file, so that messages name that line.
 *
 * @param {string} folder
 * @param {readonly import('./blocks.js').Block[]} blocks
 * @param {import('./report.js').Report} report
 */
async function compile(folder, blocks, report) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const block of blocks)
    writeFileSync(join(folder, `${name(block)}.ts`), '\n'.repeat(block.line - 1) + block.code);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '@trainkit/config/tsconfig.json',
      compilerOptions: {
        rootDir: '.',
        outDir: 'out',
        declaration: false,
        declarationMap: false,
        // The options that `tsc --init` writes; unused names are allowed.
        noUnusedLocals: false,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        verbatimModuleSyntax: true,
        isolatedModules: true,
        // Programs for Node need its types.
        types: ['node'],
      },
      files: blocks.map((block) => `${name(block)}.ts`),
    }),
  );
  const tsc = join(root, 'node_modules/typescript/lib/tsc.js');
  const { code, output } = await run(process.execPath, [tsc, '--pretty', 'false'], { cwd: folder });
  report.check(
    `${fromRoot(join(folder, '..'))}: ${blocks.length} blocks type-check`,
    code === 0 ? [] : [`the examples do not type-check\n${output}`],
    'Make each ```ts block a complete program; write ```text or ```sh for a block that is not to run.',
  );
  return code === 0;
}

/**
 * @param {string} folder
 * @param {import('./blocks.js').Block} block
 * @param {import('./report.js').Report} report
 */
async function runBlock(folder, block, report) {
  const program = join(folder, 'out', `${name(block)}.js`);
  const { code, stdout, output } = await run(process.execPath, ['--enable-source-maps', program], {
    cwd: join(folder, '..'),
    env: ENVIRONMENT,
  });
  const where = `${fromRoot(block.file)}:${block.line}`;
  if (code !== 0) {
    report.fail(`${where} ended with code ${code}\n${output}`, 'Make the block a complete program.');
    return;
  }
  const printed = stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
  const expected = expectedLines(block.code);
  if (sameLines(printed, expected)) report.pass(`${where} (${expected.length} lines printed)`);
  else {
    report.fail(
      `${where} prints\n  ${printed.join('\n  ')}\nwhere its comments say\n  ${expected.join('\n  ')}`,
      'Write // → and the printed line after each console.log, // e.g. if the line differs from run to run.',
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
 * Checks that a package depends on every package of ours that a program imports.
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
