import {
  checkOptions,
  errorMessage,
  expected,
  isPlain,
  type OptionNames,
  parseJson,
  printable,
  show,
} from '@trainkit/checks';
import { encodeSafetensors, type SafeTensor } from '@trainkit/safetensors';
import type { Validated } from '../loop/early-stopping.js';
import { fromJsonNumber, toJsonNumber } from '../state/json-numbers.js';
import { sha256 } from '../state/sha256.js';
import { isStored, type RunStore } from './checkpoint-store.js';
import { configDifferences, differenceText, environmentChanges } from './config-difference.js';
import { digestOf } from './digest.js';
import { CONFIG, DIGESTED, ENVIRONMENT, RESULT, TRACES } from './run-files.js';

/** Options of {@link RunFolder}. */
export interface RunFolderOptions {
  /**
   * Everything that determines the run's numbers, as plain JSON. Default `{}`: any run may be
   * resumed in the folder.
   */
  config?: object | undefined;
  /**
   * Fields of the config that may change between two processes, such as a number of steps. Default
   * none.
   */
  mayChange?: readonly string[] | undefined;
}

/** The result of a finished run: `result.json`. */
export interface RunResult {
  /** The completed steps. */
  step: number;
  /** `'steps'`: all steps were done; `'early'`: the stop criterion ended the run. */
  stopped: 'steps' | 'early';
  /** The numbers of the last validation; null if there was none. */
  validation: Validated | null;
  /** The best validation; null without a criterion. */
  best: Validated | null;
}

/** The names of {@link RunFolderOptions}, for every function that creates a folder. */
export const RUN_FOLDER_OPTIONS: OptionNames<RunFolderOptions> = { config: true, mayChange: true };

/**
 * The folder of one run: its config, its checkpoints, its result.
 *
 * A folder whose `config.json` differs from the given config is refused. Created by `runFolder` of
 * `@trainkit/trainer/node`, or from a user's own {@link RunStore}.
 */
export class RunFolder {
  /** The store of the run's blobs. */
  readonly store: RunStore;
  /** The config as plain JSON. */
  readonly config: object;
  readonly #mayChange: readonly string[];

  /** @throws TypeError if the config is no plain JSON */
  constructor(store: RunStore, options: RunFolderOptions = {}) {
    const { config = {}, mayChange = [] } = checkOptions('runFolder', options, RUN_FOLDER_OPTIONS);
    checkPlainJson(config, 'config');
    if (!Array.isArray(mayChange)) {
      throw new TypeError(
        expected('runFolder', 'mayChange', mayChange, 'a list of fields', "Write ['steps']."),
      );
    }
    this.store = store;
    this.config = JSON.parse(JSON.stringify(config, toJson), fromJson);
    this.#mayChange = mayChange;
  }

  /**
   * Throws if the folder holds a run with another config, naming the first different field; changes
   * nothing.
   */
  async check(): Promise<void> {
    const before = await this.#readJson(CONFIG, 'Restore it, or name another folder.');
    if (before === null) {
      for (const name of TRACES) {
        if (!(await isStored(this.store, name))) continue;
        throw new Error(
          `${this.store.name} holds ${name} but no ${CONFIG}, so the run that it belongs to is not known. Name another folder, or move it away.`,
        );
      }
      return;
    }
    this.checkSame(before, `${this.store.name} holds a run`);
  }

  /**
   * Throws if `before` differs from this run's config, naming the first different field.
   *
   * @param what the owner of the config, for the message: `runs/mine holds a run`
   */
  checkSame(before: unknown, what: string): void {
    const difference = configDifferences(before, this.config).find(
      ({ field }) => !this.#mayChange.includes(field),
    );
    if (difference === undefined) return;
    throw new Error(
      `${printable(what)} with another config: ${differenceText(difference)}. Name another folder, or list a field that may change, such as steps, in mayChange.`,
    );
  }

  /** Writes the config, unless it is already there. */
  async prepare(): Promise<void> {
    const before = await this.#readJson(CONFIG, '');
    if (before !== null && configDifferences(before, this.config).length === 0) return;
    await this.#writeJson(CONFIG, this.config);
  }

  /**
   * Stores the current environment of the run in `environment.json`, and returns the differences
   * from the previous one, each a sentence. They may change the last bits, compared with an
   * uninterrupted run.
   *
   * @param from the completed steps
   */
  async noteEnvironment(from: number): Promise<string[]> {
    const environment: unknown = JSON.parse(JSON.stringify(this.store.environment?.() ?? null));
    if (environment === null) return [];
    const before = from === 0 ? [] : await this.#environments();
    const isKnown = before.some((each) => configDifferences(each.environment, environment).length === 0);
    const sentences = before.flatMap((each) => environmentWarning(each, environment, this.store.name));
    if (!isKnown || from === 0) await this.#writeJson(ENVIRONMENT, [...before, { from, environment }]);
    return [...new Set(sentences)];
  }

  /**
   * Returns the result if the run is finished; else null.
   *
   * @throws Error if it was changed since, according to its digest
   */
  async result(): Promise<RunResult | null> {
    const remedy = 'Remove it, and the run resumes from its last checkpoint.';
    const written = await this.#readJson(RESULT, remedy);
    if (written === null || isContinued(written)) return null;
    if (!isResult(written))
      throw new Error(`${this.store.name}: ${RESULT} is not what a trainer writes. ${remedy}`);
    const { sha256: digests, ...result } = written;
    if (!isDigests(digests) || digests[RESULT] !== digestOf(result))
      throw changed(this.store.name, RESULT, remedy);
    return result;
  }

  /**
   * Checks that the files of a finished run are unchanged: weights and `metrics.jsonl`.
   *
   * @throws Error naming the file that was changed
   */
  async checkUnchanged(): Promise<void> {
    const written = await this.#readJson(RESULT, '');
    const digests =
      typeof written === 'object' && written !== null ? Reflect.get(written, 'sha256') : undefined;
    if (!isDigests(digests)) return;
    for (const name of DIGESTED) {
      const bytes = await this.store.read(name);
      const found = bytes === null ? undefined : await sha256(bytes.slice());
      if (digests[name] !== found)
        throw changed(this.store.name, name, 'Restore it, or name another folder.');
    }
  }

  /**
   * Records that a finished run continues from that step: its files may differ from the digests of
   * its result.
   */
  async reopen(step: number): Promise<void> {
    await this.#writeJson(RESULT, { continued: step });
  }

  /**
   * Returns the step at which the run ended, even if it was reopened since; null if it never ended.
   */
  async endedAt(): Promise<number | null> {
    const written = await this.#readJson(RESULT, '');
    return isContinued(written) ? written.continued : ((await this.result())?.step ?? null);
  }

  /** Records that the run is finished, with the SHA-256 of its files. */
  async finish(result: RunResult): Promise<void> {
    const digests: Record<string, string> = { [RESULT]: digestOf(result) };
    for (const name of DIGESTED) {
      const bytes = await this.store.read(name);
      if (bytes !== null) digests[name] = await sha256(bytes.slice());
    }
    await this.#writeJson(RESULT, { ...result, sha256: digests });
  }

  /** Writes weights as a safetensors file with the given name. */
  async writeWeights(
    name: string,
    weights: Readonly<Record<string, SafeTensor>>,
    metadata: Record<string, string>,
  ): Promise<void> {
    await this.store.write(name, encodeSafetensors(weights, { metadata }));
  }

  async #environments(): Promise<RecordedEnvironment[]> {
    try {
      const list = await this.#readJson(ENVIRONMENT, '');
      return Array.isArray(list) ? list.filter(isRecordedEnvironment) : [];
    } catch {
      // The file determines nothing, so a run can be resumed without it.
      return [];
    }
  }

  async #readJson(name: string, remedy: string): Promise<unknown> {
    const bytes = await this.store.read(name);
    if (bytes === null) return null;
    try {
      return parseJson(new TextDecoder().decode(bytes), { reviver: fromJson });
    } catch (cause) {
      throw new Error(`${this.store.name}: ${name} is no JSON (${errorMessage(cause)}). ${remedy}`, {
        cause,
      });
    }
  }

  async #writeJson(name: string, value: unknown): Promise<void> {
    await this.store.write(name, new TextEncoder().encode(`${JSON.stringify(value, toJson, 2)}\n`));
  }
}

/** The contents of `result.json` while a finished run is continued. */
function isContinued(value: unknown): value is { continued: number } {
  return (
    typeof value === 'object' && value !== null && 'continued' in value && typeof value.continued === 'number'
  );
}

/** Converts NaN, which a validation may return. */
function toJson(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? toJsonNumber(value) : value;
}

function fromJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$number' in value)) return value;
  return fromJsonNumber(value.$number) ?? value;
}

function isDigests(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function changed(store: string, name: string, remedy: string): Error {
  return new Error(
    `${store}/${name} was changed after the run had ended: its SHA-256 is another than ${RESULT} says. ${remedy}`,
  );
}

/** An entry of `environment.json`: the environment of a run from a step on. */
interface RecordedEnvironment {
  from: number;
  environment: unknown;
}

function isRecordedEnvironment(value: unknown): value is RecordedEnvironment {
  return typeof value === 'object' && value !== null && 'from' in value && 'environment' in value;
}

function environmentWarning({ environment }: RecordedEnvironment, now: unknown, name: string): string[] {
  const changes = environmentChanges(environment, now);
  if (changes.length === 0) return [];
  return [
    `${printable(name)} was made in another environment: ${changes.join('; ')}. It resumes, but its numbers may differ in their last bits from those of an uninterrupted run.`,
  ];
}

function isResult(value: unknown): value is RunResult & { sha256?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'step' in value &&
    Number.isSafeInteger(value.step) &&
    'stopped' in value &&
    (value.stopped === 'steps' || value.stopped === 'early') &&
    'validation' in value &&
    'best' in value
  );
}

/** Throws unless the config is unchanged after a round trip through JSON. */
function checkPlainJson(value: unknown, path: string, depth = 0): void {
  const instead =
    typeof value === 'bigint'
      ? 'Write String(seed) for a bigint.'
      : 'Keep functions and tensors out of it; write their names or sizes.';
  if (depth > 32)
    throw new TypeError(
      `runFolder: ${path.slice(0, 60)}… is nested too deeply; expected plain JSON. Look for an object that contains itself.`,
    );
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value) || isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined || Array.isArray(value)) checkPlainJson(item, `${path}.${key}`, depth + 1);
    }
    return;
  }
  throw new TypeError(`runFolder: ${path} is ${show(value)}; expected plain JSON. ${instead}`);
}
