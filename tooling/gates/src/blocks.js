/**
 * A program in a README or a docstring.
 *
 * @typedef {object} Block
 * @property {string} file
 * @property {number} line number of its first line
 * @property {string} code
 * @property {string | null} name file name from a first line ```ts NAME.ts, under which other
 *   blocks import it. These blocks are for browsers and are not run
 */

/** The placeholder for a line that differs from run to run. */
const ANY = Symbol('any line');

/**
 * The TypeScript blocks of a markdown text.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Block[]}
 */
export function codeBlocks(file, text) {
  return [...text.matchAll(/^( *)```ts(?: ([\w.]+)\.ts)?\n([\s\S]*?)^ *```$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length + 1,
    name: match[2] ?? null,
    code: (match[3] ?? '').replaceAll(new RegExp(`^${match[1]}`, 'gm'), ''),
  }));
}

/**
 * The TypeScript blocks of the docstrings of a source.
 *
 * @param {string} file
 * @param {string} source
 * @returns {Block[]}
 */
export function docstringBlocks(file, source) {
  const lines = source.split('\n').map((line) => /^\s*(?:\/\*)?\* ?(.*)$/.exec(line)?.[1] ?? '');
  return codeBlocks(file, lines.join('\n'));
}

/**
 * The packages of ours that a program imports, by name and without their entries.
 *
 * @param {string} code
 */
export function importedPackages(code) {
  return [...new Set([...code.matchAll(/from '(@trainkit\/[\w-]+)/g)].map((match) => match[1] ?? ''))];
}

/**
 * Returns the lines that a block states as its output: the text after each `// →`, and any line for
 * each `// e.g.`.
 *
 * @param {string} code
 * @returns {(string | typeof ANY)[]}
 */
export function expectedLines(code) {
  return [...code.matchAll(/\/\/ (→|e\.g\.) ?(.*)$/gm)].map(([, kind, text = '']) =>
    kind === '→' ? text : ANY,
  );
}

/**
 * Compares printed lines with expected ones. Blanks at the end of a line do not count.
 *
 * @param {readonly string[]} printed
 * @param {readonly (string | typeof ANY)[]} expected
 */
export function sameLines(printed, expected) {
  return (
    printed.length === expected.length &&
    expected.every((line, i) => line === ANY || line.trimEnd() === printed[i]?.trimEnd())
  );
}
