import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trackedFiles } from './tracked.js';
import { root } from './workspace.js';

/** The largest number of columns of a comment line. */
const COLUMNS = 100;

/** The first word of a docstring that is no noun phrase and no verb. */
const OPENING = /\/\*\*\s+(?:\*\s+)?(What|Who|Where|How|Whether)\b/g;

/** A line that is a comment, with the text after its marker. */
const COMMENT = /^\s*(?:\/\/+|\/\*+|\*)\s?(.*)$/;

/** Comments that the linter or the compiler reads must be on one line. */
const FOR_TOOLS = /^(?:biome-ignore|@ts-|@typedef )/;

/** Sources that a generator writes. */
const GENERATED = /\/src\/proto\//;

/**
 * Checks the comments of all sources: a docstring begins with a noun phrase or a verb in the third
 * person, and no comment line has more than 100 columns.
 *
 * @param {import('./report.js').Report} report
 */
export default async function language(report) {
  /** @type {Map<string, { files: number, problems: string[] }>} */
  const folders = new Map();
  for (const file of await trackedFiles(/\.[cm]?[jt]s$/)) {
    if (GENERATED.test(file)) continue;
    const folder = folderOf(file);
    const found = folders.get(folder) ?? { files: 0, problems: [] };
    found.files++;
    for (const { line, what } of commentProblems(readFileSync(join(root, file), 'utf8')))
      found.problems.push(`${file}:${line}: ${what}`);
    folders.set(folder, found);
  }
  for (const [folder, { files, problems }] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    report.check(
      `${folder}: the comments of ${files} files`,
      problems,
      `Begin a docstring with a noun phrase or "Returns …"; break comments at ${COLUMNS} columns.`,
    );
  }
}

/**
 * Returns the comments of a source that break a rule, with their lines.
 *
 * A comment of a single word, such as an address, may be longer than 100 columns, and so may a type
 * and a line of an example: its output cannot be broken.
 *
 * @param {string} source
 */
export function commentProblems(source) {
  const openings = [...source.matchAll(OPENING)].map(({ index, 1: word }) => ({
    line: source.slice(0, index).split('\n').length,
    what: `a docstring begins with ${word}`,
  }));
  let isExample = false;
  const long = source.split('\n').flatMap((text, i) => {
    const comment = COMMENT.exec(text)?.[1]?.trim();
    if (comment?.startsWith('```') || comment === undefined) isExample = comment !== undefined && !isExample;
    const isBreakable = comment?.includes(' ') === true && !isExample && !FOR_TOOLS.test(comment);
    if (text.length <= COLUMNS || !isBreakable) return [];
    return [{ line: i + 1, what: `a comment line of ${text.length} columns` }];
  });
  return [...openings, ...long].sort((a, b) => a.line - b.line);
}

/**
 * Returns the folder that a file's problems are reported with: `packages/nn`, `bench`.
 *
 * @param {string} file
 */
function folderOf(file) {
  const [first = '', second = '', ...rest] = file.split('/');
  return rest.length > 0 && /^(?:packages|apps|tooling)$/.test(first) ? `${first}/${second}` : first;
}
