import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROOT } from './workspace.js';

/** The address of files that are no page of the site. */
const REPOSITORY = 'https://github.com/trainkit/trainkit/blob/main';

/** The pages of the site that are files of the repository, by their paths from its root. */
const PAGES = new Map([
  ['FEATURES.md', '/features'],
  ['README.md', '/'],
]);

/**
 * Writes the pages that are files of the repository: the packages' READMEs, a list of them, and
 * FEATURES.md.
 *
 * @param {readonly import('./workspace.js').Package[]} packages
 * @param {string} out the folder of the site's pages
 */
export function writePages(packages, out) {
  rmSync(join(out, 'packages'), { recursive: true, force: true });
  for (const { folder } of packages) {
    const path = `packages/${folder}/README.md`;
    write(join(out, `packages/${folder}.md`), withSiteLinks(read(path), path));
  }
  const rows = packages.map(({ name, folder, about }) => `| [\`${name}\`](/packages/${folder}) | ${about} |`);
  write(
    join(out, 'packages/index.md'),
    `# Packages\n\n| package | what it is |\n| --- | --- |\n${rows.join('\n')}\n`,
  );
  write(join(out, 'features.md'), withSiteLinks(read('FEATURES.md'), 'FEATURES.md'));
}

/**
 * A page of the repository whose relative links lead to pages of the site, or to the repository
 * where the site has none.
 *
 * @param {string} markdown
 * @param {string} path the file, from the root of the repository
 */
export function withSiteLinks(markdown, path) {
  return outsideCode(markdown, (text) =>
    text.replace(/\]\((?!\w+:|#|\/)([^)#\s]+)(#[^)]*)?\)/g, (_, link, hash = '') => {
      const target = posix.join(posix.dirname(path), link).replace(/\/$/, '');
      const folder = /^packages\/([\w-]+)(?:\/README\.md)?$/.exec(target)?.[1];
      const page = folder === undefined ? PAGES.get(target) : `/packages/${folder}`;
      return `](${page ?? `${REPOSITORY}/${target}`}${hash})`;
    }),
  );
}

/**
 * A Markdown text with what is not in fenced code replaced.
 *
 * @param {string} markdown
 * @param {(text: string) => string} replace
 */
function outsideCode(markdown, replace) {
  return markdown
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part, i) => (i % 2 === 0 ? replace(part) : part))
    .join('');
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
