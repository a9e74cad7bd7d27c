import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsIn, longestChain } from './import-chain.js';
import { addons, packages, root, workspace } from './workspace.js';

/**
 * The largest number of modules in a chain of imports: readers follow the application from the top.
 */
const LONGEST_CHAIN = 10;

/**
 * Checks that packages depend on each other as the table of ARCHITECTURE.md says, and never in a
 * circle. In the application no chain of imports may have more than ten modules.
 *
 * Import cycles between files are found by the linter (`noImportCycles`).
 *
 * @param {import('./report.js').Report} report
 */
export default function arrows(report) {
  const table = drawn(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));

  for (const { folder, manifest } of packages) {
    const allowed = table.get(folder);
    if (allowed === undefined) {
      report.fail(
        `packages/${folder} is not in the table of ARCHITECTURE.md`,
        `Add the row: | [\`${folder}\`](packages/${folder}) | what it is | \`random\`, \`init\` or – |`,
      );
      continue;
    }
    const used = ours({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    });
    report.check(
      `${folder} uses ${used.join(', ') || 'none'}`,
      [
        ...used.filter((name) => !allowed.includes(name)).map((name) => `the table does not allow ${name}`),
        ...allowed
          .filter((name) => !used.includes(name))
          .map((name) => `the table says ${name}, which it does not use`),
      ],
      'Write the same in package.json and in the table of ARCHITECTURE.md. A changed arrow needs a reason.',
    );
  }

  for (const [folder] of table) {
    if (packages.some((known) => known.folder === folder)) continue;
    report.fail(
      `ARCHITECTURE.md names ${folder}, which packages/ lacks`,
      'Remove the row, or add the package.',
    );
  }

  for (const { path, manifest } of workspace) {
    const cycle = circle(manifest.name);
    report.check(
      `no circle leads back to ${path}`,
      cycle ? [cycle.join(' → ')] : [],
      'Move the shared part into the package that the other one already uses.',
    );
  }

  const chain = longestChain(importsIn(join(root, 'apps/experiments/src')));
  report.check(
    `the longest chain of imports in apps/experiments/src has ${chain.length} modules`,
    chain.length > LONGEST_CHAIN ? [`more than ${LONGEST_CHAIN}: ${chain.join(' → ')}`] : [],
    'Take the dependency as an argument, or move it into a module that imports less.',
  );
}

/**
 * The rows of a table that begin with the name of a package and end with those that it builds on.
 *
 * @param {string} markdown
 */
export function drawn(markdown) {
  /** @type {Map<string, string[]>} */
  const table = new Map();
  for (const row of markdown.matchAll(/^\| *\[?`([\w-]+)`.*\|([^|]*)\|$/gm)) {
    table.set(
      row[1] ?? '',
      [...(row[2] ?? '').matchAll(/`([\w-]+)`/g)].map((match) => match[1] ?? ''),
    );
  }
  return table;
}

/**
 * Returns the folders of our own packages among some dependencies. A prebuilt addon, such as
 * `@trainkit/native-linux-x64`, counts as a part of its package.
 *
 * @param {Record<string, string>} dependencies
 */
function ours(dependencies) {
  return Object.keys(dependencies)
    .filter((name) => name.startsWith('@trainkit/'))
    .map((name) => name.slice('@trainkit/'.length))
    .filter((name) => addons.every(({ manifest }) => manifest.name !== `@trainkit/${name}`));
}

/**
 * Returns a path from a package back to itself, over every kind of dependency.
 *
 * @param {string} start
 * @param {readonly string[]} way
 * @returns {readonly string[] | undefined}
 */
function circle(start, way = [start]) {
  const last = workspace.find(({ manifest }) => manifest.name === way.at(-1))?.manifest;
  for (const next of ours({ ...last?.dependencies, ...last?.peerDependencies, ...last?.devDependencies })) {
    const name = `@trainkit/${next}`;
    if (name === start) return [...way, name];
    if (way.includes(name)) continue;
    const found = circle(start, [...way, name]);
    if (found) return found;
  }
  return undefined;
}
