import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * An import, an export from, or a call of import() with a path of this folder; type imports too.
 */
const IMPORT = /(?:\bfrom\s*|^\s*import\s*|\bimport\()\s*['"](\.[^'"]+)['"]/gm;

/**
 * Returns the modules of a folder and the imports of each among the others, by their paths in the
 * folder. Tests and their helpers (`testing/`) are left out.
 *
 * @param {string} folder
 */
export function importsIn(folder) {
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter(isModule);
  return new Map(modules.map((file) => [file, importsOf(file, readFileSync(join(folder, file), 'utf8'))]));

  /**
   * @param {string} file
   * @param {string} source
   */
  function importsOf(file, source) {
    const paths = [...source.matchAll(IMPORT)].map((match) =>
      posix.join(posix.dirname(file), (match[1] ?? '').replace(/\.js$/, '.ts')),
    );
    return [...new Set(paths)].filter((path) => isModule(path) && existsSync(join(folder, path)));
  }
}

/** @param {string} file */
function isModule(file) {
  return /^(?!testing\/)[^.]+\.ts$/.test(file);
}

/**
 * Returns the longest chain of imports, in which each module imports the next. An import of a
 * module that is already in the chain ends it.
 *
 * @param {ReadonlyMap<string, readonly string[]>} imports
 * @returns {readonly string[]}
 */
export function longestChain(imports) {
  /** @type {Map<string, readonly string[]>} */
  const chains = new Map();
  return longest([...imports.keys()].map((file) => chainFrom(file, new Set())));

  /**
   * @param {string} file
   * @param {ReadonlySet<string>} above the chain that led here
   * @returns {readonly string[]}
   */
  function chainFrom(file, above) {
    const known = chains.get(file);
    if (known) return known;
    const path = new Set([...above, file]);
    const below = (imports.get(file) ?? []).filter((next) => !path.has(next));
    const chain = [file, ...longest(below.map((next) => chainFrom(next, path)))];
    chains.set(file, chain);
    return chain;
  }
}

/**
 * @param {readonly (readonly string[])[]} chains
 * @returns {readonly string[]}
 */
function longest(chains) {
  return chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
}
