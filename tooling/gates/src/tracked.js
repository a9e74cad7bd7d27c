import { statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.js';
import { root } from './workspace.js';

/**
 * Returns the files of the repository whose paths match, including new ones that are not ignored.
 *
 * @param {RegExp} [pattern] default: all
 */
export async function trackedFiles(pattern = /(?:)/) {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  return stdout
    .split('\0')
    .filter((file) => file !== '' && pattern.test(file))
    .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile());
}
