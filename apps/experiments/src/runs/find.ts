import { join, resolve } from 'node:path';
import type { RunConfig } from '../config/schema.js';
import { UserError } from '../terminal/user-error.js';
import { customRun } from './definition.js';
import { settingThatDiffers } from './diff.js';
import { isThere } from './files.js';
import { RunFolder } from './folder.js';
import { runPath } from './path.js';
import type { RunDefinition } from './run.js';

/** The folder and seed for finding a run by its name. */
interface FindOptions {
  out: string;
  seed: bigint;
}

/**
 * Finds the folder of an existing run by its path or by its name.
 *
 * @throws UserError if there is none, naming the searched folders
 */
export function findFolder(target: string, { out, seed }: FindOptions): RunFolder {
  const candidates = [
    resolve(target),
    ...(['full', 'sample'] as const).map((data) => runPath(out, { data, run: target, seed })),
  ];
  const found = candidates.find((candidate) => isThere(join(candidate, 'config.json')));
  if (found) return RunFolder.open(found);
  throw new UserError(
    `There is no run "${target}": no config.json in ${candidates.join(', nor in ')}. Give the folder of a run, or its name with --out and --seed.`,
  );
}

/**
 * Returns the run of a folder: the exercise's run of that name if the settings are the exercise's
 * too, else a custom run.
 *
 * @param known the exercise's run of that name, or null
 */
export function runOf(config: RunConfig, known: RunDefinition | null): RunDefinition {
  if (known && settingThatDiffers(known, config) === null) return known;
  const { backend: _backend, data: _data, ...experiment } = config;
  return customRun(experiment);
}
