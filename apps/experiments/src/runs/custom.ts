import { basename, extname } from 'node:path';
import { errorReason, parseJson } from '@trainkit/checks';
import { readRegularFile } from '@trainkit/checks/files';
import { parseExperimentConfig } from '../config/experiment-config.js';
import { UserError } from '../terminal/user-error.js';
import type { RunDefinition, RunLength, RunSettings } from './run.js';

/** The changes of a run on the command line. */
export interface Changes {
  /** `key=value`, as in the config. */
  set: readonly string[];
  /** The name of the changed run. */
  name: string | undefined;
}

/** The runs of the exercise by their names. */
export interface RunCatalog {
  /** Returns the run of that name; throws a UserError that lists all runs if there is none. */
  findRun: (name: string) => RunDefinition;
  /** Returns the run of that name, or null. */
  knownRun: (name: string) => RunDefinition | null;
}

/** The run that a command names, and the seed that its file has, if it has one. */
export interface NamedRun {
  run: RunDefinition;
  seed: bigint | null;
}

/**
 * Returns the run that a command names: one of the exercise, or a user's own from a JSON file, and
 * either with some settings changed.
 *
 * @throws UserError for an unknown name, for a file without a config, and for changes of a run of
 *   the exercise without a new name, since its folder and PyTorch's numbers belong to the unchanged
 *   run
 */
export function namedRun(
  target: string,
  { set, name }: Changes,
  { findRun, knownRun }: RunCatalog,
): NamedRun {
  const file = extname(target) === '.json' ? readConfig(target) : null;
  const base = file ? null : findRun(target);
  if (base && set.length === 0 && name === undefined) return { run: base, seed: null };
  const changes = changesOf(set, name, { ...base?.settings, ...file });
  const { run, seed, maxSteps, evaluateEvery, ...settings } = parseExperimentConfig(
    { run: base?.name, ...base?.settings, ...file, ...changes },
    file ? target : `The changed ${target}`,
  );
  if (knownRun(run)) {
    throw new UserError(
      `A changed ${run} is another run and needs another name: add --name mine/${basename(run)}.`,
    );
  }
  const own = { maxSteps, evaluateEvery };
  const length = base ? changedLength(base.length, own, changes) : lengthOf(own);
  const onSample = base && !('maxSteps' in changes) ? unchanged(base.onSample ?? {}, changes) : {};
  const gaveSeed = 'seed' in { ...file, ...changes };
  return {
    run: { name: run, title: run, settings, onSample, length, pytorch: null, sameSeed: false },
    seed: gaveSeed ? BigInt(seed) : null,
  };
}

interface OwnLength {
  maxSteps: number;
  evaluateEvery: number | null;
}

/** Returns the length of a config, the same on all data. */
function lengthOf({ maxSteps, evaluateEvery }: OwnLength): RunLength {
  return { steps: maxSteps, evaluateEvery, sampleTenth: false };
}

function changedLength(length: RunLength, own: OwnLength, changes: object): RunLength {
  if ('maxSteps' in changes) {
    return lengthOf({
      ...own,
      evaluateEvery: 'evaluateEvery' in changes ? own.evaluateEvery : length.evaluateEvery,
    });
  }
  if (!('evaluateEvery' in changes)) return length;
  const { evaluateEvery } = own;
  return 'epochs' in length
    ? { ...length, evaluateEvery }
    : { ...length, evaluateEvery, ownEvaluateEvery: true };
}

/** Returns the sample's changes to settings that the user did not change. */
function unchanged(onSample: RunSettings, changes: object): RunSettings {
  return Object.fromEntries(Object.entries(onSample).filter(([key]) => !(key in changes)));
}

function readConfig(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Some editors start a file with a byte order mark, which is not JSON.
    value = parseJson(new TextDecoder().decode(readRegularFile(path)).replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as JSON: ${errorReason(cause)}.`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(
      `${path} contains ${JSON.stringify(value).slice(0, 80)}; expected an object of settings.`,
    );
  }
  // The default name is that of the file.
  return { run: `own/${basename(path, '.json')}`, ...value };
}

/**
 * Returns the settings that `a.b=value` changes, with the value parsed as JSON or else taken as
 * text. The other keys of an object keep their values in `base`.
 */
function changesOf(
  set: readonly string[],
  name: string | undefined,
  base: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  // A Map, since in an object the key __proto__ would be lost instead of being an unknown setting.
  const changes = new Map<string, unknown>(name === undefined ? [] : [['run', name]]);
  for (const change of set) {
    const at = change.indexOf('=');
    if (at < 1) throw new UserError(`--set ${change}: a change is key=value, such as learningRate=0.001.`);
    const [key = '', ...inner] = change.slice(0, at).split('.');
    if (key === 'run' && name !== undefined) {
      throw new UserError(`--set ${change} and --name ${name} both name the run: leave one of them out.`);
    }
    const value = parseValue(key, change.slice(at + 1));
    const before = changes.has(key) ? changes.get(key) : Object.hasOwn(base, key) ? base[key] : undefined;
    changes.set(key, inner.length === 0 ? value : { ...objectOf(before), [inner.join('.')]: value });
  }
  return Object.fromEntries(changes);
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function parseValue(key: string, text: string): unknown {
  // As a JSON number, a seed beyond 2^53 would be rounded.
  if (key === 'seed' && /^-?\d+$/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
