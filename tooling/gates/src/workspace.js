import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The fields of a package.json that the gates read.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} description
 * @property {boolean} [private]
 * @property {string} [license]
 * @property {readonly string[]} [keywords]
 * @property {{ directory: string }} [repository]
 * @property {boolean | readonly string[]} [sideEffects]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {readonly string[]} [files]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/**
 * A package of the workspace.
 *
 * @typedef {object} Package
 * @property {string} directory absolute
 * @property {string} path from the root, `packages/nn`
 * @property {string} folder the last part, `nn`
 * @property {Manifest} manifest
 */

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '');

/** The packages that are published. */
export const packages = inFolder('packages');

/** The prebuilt addons of `native`: packages of one binary each, exempt from the other gates. */
export const addons = inFolder('packages/native/npm');

/** Every package of the workspace. */
export const workspace = [...packages, ...inFolder('apps'), ...inFolder('tooling')];

/**
 * Returns a path for output: from the root, with slashes.
 *
 * @param {string} file
 */
export function fromRoot(file) {
  return relative(root, file).replaceAll('\\', '/');
}

/**
 * Returns the entries that a package exports, without package.json: `['@trainkit/init',
 * '@trainkit/init/layers']`.
 *
 * @param {Manifest} manifest
 */
export function entries({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((key) => key !== './package.json')
    .map((key) => name + key.slice(1));
}

/**
 * Returns the files of declarations of the entries: `./dist/index.d.ts`.
 *
 * @param {Manifest} manifest
 */
export function entryTypes({ exports = {} }) {
  return new Set(JSON.stringify(exports).match(/(?<="types":")[^"]+/g));
}

/**
 * @param {string} folder
 * @returns {Package[]}
 */
function inFolder(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => existsSync(join(root, folder, name, 'package.json')))
    .map((name) => {
      const directory = join(root, folder, name);
      const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      return { directory, path: `${folder}/${name}`, folder: name, manifest };
    });
}
