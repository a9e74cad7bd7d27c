import { join, resolve } from 'node:path';
import type { RunConfig } from '../config/schema.js';
import { UserError } from '../terminal/user-error.js';
import { customRun } from './definition.js';
import { settingThatDiffers } from './diff.js';
import { isThere } from './files.js';
import { RunFolder } from './folder.js';
import { runPath } from './path.js';
import type { RunDefinition } from './run.js';

/** Where a run that is named and not pathed is looked for. */
interface FindOptions {
  out: string;
  seed: bigint;
}

/**
 * The folder of a run that was begun, by its path or by its name.
 *
 * @throws UserError where there is none, naming the places
 */
export function findFolder(target: string, { out, seed }: FindOptions): RunFolder {
  const places = [
    resolve(target),
    ...(['full', 'sample'] as const).map((data) => runPath(out, { data, run: target, seed })),
  ];
  const found = places.find((place) => isThere(join(place, 'config.json')));
  if (found) return RunFolder.open(found);
  throw new UserError(
    `There is no run "${target}": no config.json in ${places.join(', nor in ')}. Give the folder of a run, or its name with --out and --seed.`,
  );
}

/**
 * The run of a folder: the exercise's of that name, where its settings are the exercise's too, else a run of its own.
 *
 * @param known the exercise's run of that name, or null
 */
export function runOf(config: RunConfig, known: RunDefinition | null): RunDefinition {
  if (known && settingThatDiffers(known, config) === null) return known;
  const { backend: _backend, data: _data, ...experiment } = config;
  return customRun(experiment);
}
