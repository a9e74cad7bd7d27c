import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { knownRun } from './catalog.js';
import type { RunConfig } from './config/run-config.js';
import { ownRun, type RunDefinition } from './run-definition.js';
import { RunFolder } from './run-folder.js';
import { runPath } from './run-path.js';
import { settingThatDiffers } from './same-run.js';
import { UserError } from './user-error.js';

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
  const found = places.find((place) => existsSync(join(place, 'config.json')));
  if (found) return RunFolder.open(found);
  throw new UserError(
    `There is no run "${target}": no config.json in ${places.join(', nor in ')}. Give the folder of a run, or its name with --out and --seed.`,
  );
}

/** The run of a folder: the exercise's of that name, where its settings are the exercise's too, else a run of its own. */
export function runOf(config: RunConfig): RunDefinition {
  const known = knownRun(config.run);
  if (known && settingThatDiffers(known, config) === null) return known;
  const { backend: _backend, data: _data, ...experiment } = config;
  return ownRun(experiment);
}
