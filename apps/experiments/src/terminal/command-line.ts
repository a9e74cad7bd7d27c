/** How the application is started from the repository's root, with nothing installed but Node. */
export const PROGRAM = 'npx --yes pnpm@12 experiments';

/** A command as it can be pasted into a shell. */
export function commandLine(...words: readonly string[]): string {
  return [PROGRAM, ...words.map(quoted)].join(' ');
}

/** What no POSIX shell gives a meaning to. */
const PLAIN = /^[\w@%+=:,./-]+$/;

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
