import { readdirSync, statSync } from 'node:fs';
import { isPresent } from '@trainkit/checks/files';

/**
 * The names in a folder; none if its path does not exist or is a file.
 *
 * @param recursive true for the paths of everything below it
 * @throws Error if the folder cannot be read, since existing files must not count as missing
 */
export function namesIn(folder: string, { recursive = false }: { recursive?: boolean } = {}): string[] {
  return isFolder(folder) ? readdirSync(folder, { recursive, encoding: 'utf8' }) : [];
}

function isFolder(path: string): boolean {
  return isPresent(path) && statSync(path).isDirectory();
}
