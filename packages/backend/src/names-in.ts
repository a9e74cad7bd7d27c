import { readdirSync, statSync } from 'node:fs';
import { isPresent } from '@trainkit/checks/files';

/**
 * The names in a folder, none where certainly nothing has its path or a file has it.
 *
 * @param recursive true for the paths of everything below it
 * @throws Error where the folder cannot be looked into: what is there must not count as missing
 */
export function namesIn(folder: string, { recursive = false }: { recursive?: boolean } = {}): string[] {
  return isFolder(folder) ? readdirSync(folder, { recursive, encoding: 'utf8' }) : [];
}

function isFolder(path: string): boolean {
  return isPresent(path) && statSync(path).isDirectory();
}
