import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Returns the folders of an installed project that hold @tensorflow/tfjs-core.
 *
 * @param {string} project
 */
export function copiesOfCore(project) {
  return readdirSync(join(project, 'node_modules'), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.name === 'tfjs-core' && entry.parentPath.endsWith(join('node_modules', '@tensorflow')),
    )
    .map((entry) => relative(project, join(entry.parentPath, entry.name)));
}

/** @param {readonly string[]} copies */
export function copiesProblems(copies) {
  return copies.length === 1 ? [] : [`there are ${copies.length}`];
}
