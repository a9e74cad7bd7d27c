import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarations } from './declarations.js';
import { AREAS } from './feature-names.js';
import { fromRoot, root } from './workspace.js';

const FILE = join(root, 'FEATURES.md');

/** PyTorch's names by area, written by `apps/docs/scripts/torch_names.py`. */
const NAMES = join(root, 'apps/docs/features/torch-names.json');

const NOT_YET = 'not yet';

/**
 * FEATURES.md says of each name of PyTorch's what the packages export in its place;
 * `pnpm gate features --update` writes it.
 *
 * @param {import('./report.js').Report} report
 * @param {{ update?: boolean }} [options]
 */
export default function features(report, { update = false } = {}) {
  const { torch, names } = JSON.parse(readFileSync(NAMES, 'utf8'));
  const types = [...new Set(Object.values(AREAS).map(({ package_ }) => package_))].map(
    (package_) => /** @type {const} */ ([package_, join(root, 'packages', package_, 'dist/index.d.ts')]),
  );
  for (const [, file] of types.filter(([, path]) => !existsSync(path)))
    report.fail(`${fromRoot(file)} is missing`, 'Run pnpm build first.');
  if (types.some(([, file]) => !existsSync(file))) return;

  const exported = new Map(types.map(([package_, file]) => [package_, exportsOf(file)]));
  const areas = compareNames(names, exported);
  report.check(
    'the rows of tooling/gates/src/feature-names.js',
    areaProblems(names, exported),
    'Change or remove the row in feature-names.js.',
  );
  const now = featuresText(torch, areas, exported);
  if (update) writeFileSync(FILE, now);
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  report.check(
    `FEATURES.md: ${areas.flatMap(({ rows }) => rows).length} names of PyTorch ${torch}`,
    fileProblems(before, now, areas),
    'Run pnpm gate features --update and commit the file; a row that it leaves at "not yet" needs a row in tooling/gates/src/feature-names.js.',
  );
}

/**
 * An area and its rows: a name of PyTorch's, and ours for it, none where there is none.
 *
 * @typedef {{ title: string, package_: string, rows: { name: string, ours: readonly string[] }[] }} ComparedArea
 */

/**
 * An export: its name, and whether it is a type alone.
 *
 * @typedef {{ name: string, isType: boolean }} Export
 */

/**
 * The names of PyTorch's, each with the exports that are it.
 *
 * @param {Record<string, readonly string[]>} names by area
 * @param {ReadonlyMap<string, readonly Export[]>} exported by package
 * @returns {ComparedArea[]}
 */
export function compareNames(names, exported) {
  return Object.entries(AREAS).map(([title, { package_, ending, names: given }]) => {
    const own = exported.get(package_) ?? [];
    const rows = (names[title] ?? []).map((name) => ({
      name,
      ours: given[name] ?? sameLetters(name, own, ending),
    }));
    return { title, package_, rows };
  });
}

/**
 * The rows of `AREAS` that name what PyTorch lacks, or what the package does not export.
 *
 * @param {Record<string, readonly string[]>} names
 * @param {ReadonlyMap<string, readonly Export[]>} exported
 */
export function areaProblems(names, exported) {
  return Object.entries(AREAS).flatMap(([title, { package_, names: given }]) => {
    const own = new Set(exported.get(package_)?.map(({ name }) => name));
    return Object.entries(given).flatMap(([name, ours]) => [
      ...(names[title]?.includes(name) ? [] : [`${title}, row ${name}: PyTorch has no such name`]),
      ...ours
        .filter((export_) => !own.has(export_))
        .map((export_) => `${title}, row ${name}: @trainkit/${package_} does not export ${export_}`),
    ]);
  });
}

/**
 * The differences between FEATURES.md and the packages, row by row.
 *
 * @param {string} before
 * @param {string} now
 * @param {readonly ComparedArea[]} areas
 */
export function fileProblems(before, now, areas) {
  if (before === now) return [];
  const lines = new Set(before.split('\n'));
  const problems = areas.flatMap(({ title, package_, rows }) =>
    rows
      .filter((row) => !lines.has(rowText(row)))
      .map(({ name, ours }) => {
        const found = ours.length === 0 ? 'does not have it' : `exports ${ours.join(' and ')}`;
        return `${title}, row ${name}: @trainkit/${package_} ${found}`;
      }),
  );
  return problems.length > 0
    ? problems
    : ['its rows are right; the counts or the lists below the tables are not'];
}

/**
 * @param {string} torch
 * @param {readonly ComparedArea[]} areas
 * @param {ReadonlyMap<string, readonly Export[]>} exported
 */
export function featuresText(torch, areas, exported) {
  const all = { title: 'all', rows: areas.flatMap(({ rows }) => rows) };
  const counts = [...areas, all].map(({ title, rows }) => `| ${title} | ${countText(rows)} |\n`);
  const sections = areas.map(({ title, package_, rows }) => {
    const table = `| PyTorch | [\`@trainkit/${package_}\`](packages/${package_}) |\n| --- | --- |\n`;
    return `## ${title}\n\n${table}${rows.map((row) => `${rowText(row)}\n`).join('')}`;
  });
  const claimed = new Set(all.rows.flatMap(({ ours }) => ours.map(letters)));
  const others = Array.from(exported, ([package_, own]) => {
    const names = own.filter(({ name, isType }) => !isType && !claimed.has(letters(name)));
    const list = names.map(({ name }) => `\`${name}\``).join(', ');
    return list === '' ? '' : `- \`@trainkit/${package_}\`: ${list}\n`;
  });
  return `# Features

The public names of PyTorch ${torch} for initializers, optimizers, schedules, averaging, normalization, dropout, activations and
losses, with ours beside them. Options and numbers are PyTorch's; each package's README says what differs. \`pnpm gate features --update\`
writes this page from what the packages export.

| area | here |
| --- | --- |
${counts.join('')}
One class here may stand for several of PyTorch's: channels come last, so \`BatchNorm\` is \`BatchNorm1d\`, \`2d\` and \`3d\`. A
schedule is a function of the step, so any function is a \`LambdaLR\`. Losses are functions.

${sections.join('\n')}
## Others

Exports of these packages that are none of the names above, without types:

${others.join('')}`;
}

/** @param {ComparedArea['rows'][number]} row */
function rowText({ name, ours }) {
  return `| \`${name}\` | ${ours.length === 0 ? NOT_YET : ours.map((text) => `\`${text}\``).join(', ')} |`;
}

/** @param {ComparedArea['rows']} rows */
function countText(rows) {
  const have = rows.filter(({ ours }) => ours.length > 0).length;
  return `${have} of ${rows.length}, ${Math.round((100 * have) / rows.length)} %`;
}

/**
 * The export with the letters of PyTorch's name; of `Adam` and `adam` the one that is spelled
 * alike.
 *
 * @param {string} name
 * @param {readonly Export[]} exported
 * @param {RegExp | undefined} ending
 */
function sameLetters(name, exported, ending) {
  const wanted = [name, ...(ending ? [name.replace(ending, '')] : [])].map(letters);
  const found = exported.filter((own) => !own.isType && wanted.includes(letters(own.name)));
  return found.find((own) => own.name === name) ? [name] : found.slice(0, 1).map((own) => own.name);
}

/** @param {string} name */
function letters(name) {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * @param {string} file
 * @returns {Export[]}
 */
function exportsOf(file) {
  const types = new Set(typeExports(readFileSync(file, 'utf8')));
  return declarations(file).map(({ name, text }) => ({
    name,
    isType: types.has(name) || /^export (?:declare )?(?:interface|type) /.test(text),
  }));
}

/**
 * The names that an index exports as types, whatever they are.
 *
 * @param {string} index
 */
function typeExports(index) {
  return [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, all, names = '']) =>
    names
      .split(',')
      .map((text) => text.trim())
      .filter((text) => all !== undefined || text.startsWith('type '))
      .map((text) => text.replace(/^type /, '')),
  );
}
