/** The command that starts the application from the repository's root, with only Node installed. */
export const PROGRAM = 'npx --yes pnpm@12 experiments';

/** Returns a command that can be pasted into a shell. */
export function commandLine(...words: readonly string[]): string {
  return [PROGRAM, ...words.map(quoted)].join(' ');
}

/** Words without characters that are special in a POSIX shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
