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
 * @property {string} description
 * @property {{ name: string, types: string }[]} entries the import names and their declaration files
 */

/** @returns {Package[]} */
export function publishedPackages() {
  const root = join(ROOT, 'packages');
  return readdirSync(root).map((folder) => {
    const { name, description, exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const entries = Object.entries(exports).flatMap(([path, target]) =>
      target.types === undefined
        ? []
        : [{ name: join(name, path), types: join(root, folder, target.types) }],
    );
    return { name, folder, description, entries };
  });
}
