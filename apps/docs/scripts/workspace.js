import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/**
 * A package that is published.
 *
 * @typedef {object} Package
 * @property {string} name
 * @property {string} folder below packages/
 * @property {string} about its line in the table of the root's README
 * @property {{ name: string, types: string
 *   }[]} entries the import names and their declaration files
 */

/**
 * The packages, in the order of the table of the root's README.
 *
 * @returns {Package[]}
 */
export function publishedPackages() {
  const root = join(ROOT, 'packages');
  const lines = tableLines(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  const folders = readdirSync(root).filter((folder) => lines.has(folder));
  const missing = readdirSync(root).filter((folder) => !lines.has(folder));
  if (missing.length > 0)
    throw new Error(`README.md has no line for ${missing}; expected one for each package in its table.`);
  const order = [...lines.keys()];
  return folders
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((folder) => {
      const { name, exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const entries = Object.entries(exports).flatMap(([path, target]) =>
        target.types === undefined
          ? []
          : [{ name: join(name, path), types: join(root, folder, target.types) }],
      );
      return { name, folder, about: lines.get(folder) ?? '', entries };
    });
}

/**
 * The descriptions of a table whose rows begin with a link to `packages/NAME`, by name.
 *
 * @param {string} markdown
 */
export function tableLines(markdown) {
  const rows = markdown.matchAll(/^\| *\[`[^`]+`\]\(packages\/([\w-]+)\) *\| *(.*?) *\|/gm);
  return new Map(Array.from(rows, ([, folder = '', about = '']) => [folder, about]));
}
