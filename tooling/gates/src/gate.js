#!/usr/bin/env node
import { Report } from './report.js';

/**
 * The gates by name. `pnpm gate NAME…` runs some, `pnpm gate` all of them; most need `pnpm build`
 * first. `pnpm gate api --update` accepts the current declarations of the packages.
 * `pnpm gate features --update` writes FEATURES.md, `pnpm gate options --update` tables in READMEs.
 *
 * @typedef {(report: Report, options: { update: boolean }) => void | Promise<void>} Gate
 * @type {Record<string, { about: string, load: () => Promise<{ default: Gate }> }>}
 */
const GATES = {
  arrows: {
    about: 'packages depend on each other as the table of ARCHITECTURE.md says',
    load: () => import('./arrows.js'),
  },
  shape: { about: 'every package has the same files, fields and scripts', load: () => import('./shape.js') },
  unused: { about: 'no export, file or dependency is unused', load: () => import('./unused.js') },
  documented: { about: 'every exported name has a docstring', load: () => import('./documented.js') },
  language: {
    about: 'docstrings begin with a noun or a verb, comments end at 100 columns',
    load: () => import('./language.js'),
  },
  api: {
    about: 'the public declarations are those of the snapshots (--update)',
    load: () => import('./api.js'),
  },
  features: {
    about: 'FEATURES.md lists what the packages have of PyTorch (--update)',
    load: () => import('./features.js'),
  },
  options: {
    about: 'the READMEs list the options of the declarations (--update)',
    load: () => import('./option-tables.js'),
  },
  examples: {
    about: 'the examples of the READMEs, guides and docstrings run',
    load: () => import('./examples.js'),
  },
  packed: { about: 'the packed packages install, type-check and train', load: () => import('./packed.js') },
  browser: { about: 'entries for browsers import no module of Node', load: () => import('./browser.js') },
  hygiene: {
    about: 'no path of one machine and no big file is committed',
    load: () => import('./hygiene.js'),
  },
};

const update = process.argv.includes('--update');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--update');
const unknown = wanted.filter((name) => !(name in GATES));
if (unknown.length > 0 || wanted.includes('--help')) {
  const list = Object.entries(GATES).map(([name, { about }]) => `  ${name.padEnd(11)} ${about}`);
  if (!wanted.includes('--help')) console.error(`There is no gate ${unknown.join(', ')}.`);
  console.error(`pnpm gate runs all of these, pnpm gate NAME… some:\n${list.join('\n')}`);
  process.exit(wanted.includes('--help') ? 0 : 1);
}

for (const [name, { load }] of Object.entries(GATES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const report = new Report(name);
  const { default: gate } = await load();
  await gate(report, { update });
  if (!report.finish()) process.exitCode = 1;
}
