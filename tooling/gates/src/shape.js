import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestProblems } from './manifest.js';
import { packages, root } from './workspace.js';

/** Files that are the same, byte for byte, in every package. */
const SAME = ['LICENSE', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'];

/** Further names allowed at the top of a package, beside `src` and `SAME`. */
const ALSO = [
  'CHANGELOG.md',
  'README.md',
  'package.json',
  'goldens',
  'bench',
  'fixtures',
  'scripts',
  'sample',
  // Formats of other projects, from which scripts/ generates sources; not published.
  'proto',
  // Prebuilt addons, a package of one binary for each platform.
  'npm',
];

/** The test that every call rejects unknown options, with one suite for each entry. */
const OPTIONS_TEST = 'src/options.test.ts';

/** Names that are built or installed and never committed. */
const IGNORED = ['dist', 'node_modules', '.turbo', '.examples', 'coverage'];

/**
 * The largest number of modules directly in the application's `src`; the others are in folders by
 * concern.
 */
const LOOSE_MODULES = 3;

/**
 * Checks that every package has the same files, fields and scripts, and is named in the documents
 * of the repository. The application has folders by concern, and each section of the exercise has a
 * folder with the same files.
 *
 * @param {import('./report.js').Report} report
 */
export default function shape(report) {
  const architecture = read('ARCHITECTURE.md');
  const readme = read('README.md');
  const changesets = readdirSync(join(root, '.changeset')).map((file) => read('.changeset', file));

  for (const { path, folder, directory, manifest } of packages) {
    report.check(
      `${path}/package.json`,
      manifestProblems({ path, folder, manifest }),
      'Copy what packages/random has.',
    );

    const present = readdirSync(directory);
    const known = ['src', ...SAME, ...ALSO, ...IGNORED];
    report.check(
      `${path}: files`,
      [
        ...['src', ...SAME].filter((file) => !present.includes(file)).map((file) => `${file} is missing`),
        ...SAME.filter((file) => present.includes(file) && read(path, file) !== read(original(file))).map(
          (file) => `${file} differs from ${original(file)}`,
        ),
        ...present.filter((file) => !known.includes(file)).map((file) => `${file} is in no other package`),
      ],
      'Copy the file from packages/random; sources go into src/, scripts into scripts/.',
    );

    const test = existsSync(join(directory, OPTIONS_TEST)) ? read(path, OPTIONS_TEST) : '';
    const entries = Object.keys(manifest.exports ?? {}).filter((entry) => entry !== './package.json');
    report.check(
      `${path}/${OPTIONS_TEST}`,
      entries.flatMap((entry) =>
        describesOptions(test, entry) ? [] : [`no describeOptions for the entry ${entry}`],
      ),
      'Write a row of describeOptions for each call that takes options; {} for an entry without.',
    );

    const title = `# ${manifest.name}\n`;
    report.check(
      `${path}/README.md`,
      existsSync(join(directory, 'README.md'))
        ? readmeProblems(read(path, 'README.md'), title, manifest.name)
        : ['missing'],
      `Begin with "${title.trim()}", then the install line and one example in a \`\`\`ts block; end with the license.`,
    );

    report.check(
      `${path} in ARCHITECTURE.md and README.md`,
      [
        ...(architecture.includes(`\`${folder}\``) ? [] : ['ARCHITECTURE.md does not name it']),
        ...(readme.includes(`packages/${folder}`) ? [] : ['README.md does not link to it']),
      ],
      `Write \`${folder}\` in the table of ARCHITECTURE.md and a link to ${path} in README.md.`,
    );

    const changed = changesets.some((text) => text.split('---')[1]?.includes(`'${manifest.name}'`));
    report.check(
      `${path}: its change has a changeset`,
      changed || existsSync(join(directory, 'CHANGELOG.md')) ? [] : ['no changeset and no CHANGELOG.md'],
      'Run pnpm exec changeset and describe the change for its users.',
    );
  }

  const app = 'apps/experiments/src';
  const loose = readdirSync(join(root, app)).filter((file) => /^[^.]+\.ts$/.test(file));
  report.check(
    `${app}: ${loose.join(', ')} and folders`,
    loose.length > LOOSE_MODULES ? [`more than ${LOOSE_MODULES} modules of its own`] : [],
    'Move the module into the folder of its concern.',
  );
  for (const section of readdirSync(join(root, app, 'sections')).filter((name) => /^\d/.test(name))) {
    const folder = `${app}/sections/${section}`;
    const files = readdirSync(join(root, folder));
    report.check(
      folder,
      [
        ...['index.ts', 'findings.ts']
          .filter((file) => !files.includes(file))
          .map((file) => `${file} is missing`),
        ...(files.some((file) => /report\.ts$/.test(file)) ? [] : ['report.ts is missing']),
        ...(files.some((file) => file.endsWith('.test.ts')) ? [] : ['it has no test']),
      ],
      'Write it as the recipe "A section" of CONTRIBUTING.md says.',
    );
  }
}

/**
 * Checks that a test calls `describeOptions` for an entry: one call for each `entry: './name'`, and
 * one more for the main entry.
 *
 * @param {string} test
 * @param {string} entry
 */
export function describesOptions(test, entry) {
  if (entry !== '.') return test.includes(`{ entry: '${entry}' }`);
  const [calls = 0, others = 0] = [/^ *describeOptions\(/gm, /\{ entry: '/g].map(
    (pattern) => test.match(pattern)?.length,
  );
  return calls > others;
}

/**
 * @param {string} text
 * @param {string} title
 * @param {string} name
 */
function readmeProblems(text, title, name) {
  const [install = ''] = /npm install [^\n`]*(?:\\\n[^\n]*)*/.exec(text) ?? [];
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];
  const imported = [...example.matchAll(/^(?:import|\}) .*from '((?:@[\w-]+\/)?(?!node:)[\w-]+)/gm)].map(
    (match) => match[1] ?? '',
  );
  return [
    ...(text.startsWith(title) ? [] : ['another title']),
    ...(text.includes(`npm install ${name}`) ? [] : [`no line "npm install ${name} …"`]),
    ...(text.includes('```ts\n') ? [] : ['no example']),
    ...[...new Set(imported)]
      .filter((needed) => !install.split(/\s+/).includes(needed))
      .map((needed) => `the install line lacks ${needed}, which the first example imports`),
    ...(/^## Licenses?$/m.test(text) ? [] : ['no section "## License"']),
  ];
}

/** @param {string} file */
function original(file) {
  return file === 'LICENSE' ? file : `packages/random/${file}`;
}

/** @param {string[]} path */
function read(...path) {
  return readFileSync(join(root, ...path), 'utf8');
}
