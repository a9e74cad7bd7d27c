import { checkOptions, errorMessage, expected, isPlain, type OptionNames, show } from '@trainkit/checks';
import { encodeSafetensors, type SafeTensor } from '@trainkit/safetensors';
import type { Validated } from '../loop/early-stopping.js';
import { fromJsonNumber, toJsonNumber } from '../state/json-numbers.js';
import type { RunStore } from './checkpoint-store.js';
import { configDifferences } from './config-difference.js';

/** Options of {@link RunFolder}. */
export interface RunFolderOptions {
  /** Everything that decides the run's numbers, as plain JSON. Default `{}`: any run may go on in the folder. */
  config?: object | undefined;
  /** Fields of the config that may change between two processes, such as a number of steps. Default none. */
  mayChange?: readonly string[] | undefined;
}

/** The result of a finished run: `result.json`. */
export interface RunResult {
  /** Steps that were done. */
  step: number;
  /** `'steps'`: all steps were done; `'early'`: the stop criterion ended the run. */
  stopped: 'steps' | 'early';
  /** The numbers of the last validation; null where there was none. */
  validation: Validated | null;
  /** The best validation; null where nothing judges. */
  best: Validated | null;
}

/** The names of {@link RunFolderOptions}, for every function that makes a folder. */
export const RUN_FOLDER_OPTIONS: OptionNames<RunFolderOptions> = { config: true, mayChange: true };

const CONFIG = 'config.json';
const RESULT = 'result.json';

/** Blobs that only a run leaves behind. */
const TRACES: readonly string[] = [
  'checkpoints/last.safetensors',
  'checkpoints/previous.safetensors',
  'checkpoints/last.safetensors.unusable',
  'best.safetensors',
  'model.safetensors',
  'best.safetensors',
  'model.safetensors',
  'metrics.jsonl',
  RESULT,
];

/**
 * The folder of one run: its config, its checkpoints, its result.
 *
 * `config.json` decides: a folder that holds a run with another config is refused. Made by `runFolder` of
 * `@trainkit/trainer/node`, or from a {@link RunStore} of one's own.
 */
export class RunFolder {
  /** The store of the run's blobs. */
  readonly store: RunStore;
  /** The config as plain JSON. */
  readonly config: object;
  readonly #mayChange: readonly string[];

  /** @throws TypeError where the config is no plain JSON */
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
   * Throws where the folder holds a run with another config, naming the first field that differs; changes nothing.
   */
  async check(): Promise<void> {
    const before = await this.#readJson(CONFIG, 'Restore it, or name another folder.');
    if (before === null) {
      for (const name of TRACES) {
        if ((await this.store.read(name)) === null) continue;
        throw new Error(
          `${this.store.name} holds ${name} but no ${CONFIG}, so nothing tells which run it belongs to. Name another folder, or move it away.`,
        );
      }
      return;
    }
    this.checkSame(before, `${this.store.name} holds a run`);
  }

  /**
   * Throws where `before` is another config than this run's, naming the first field that differs.
   *
   * @param what the thing that has the config, for the message: `runs/mine holds a run`
   */
  checkSame(before: unknown, what: string): void {
    const difference = configDifferences(before, this.config).find(
      ({ field }) => !this.#mayChange.includes(field),
    );
    if (difference === undefined) return;
    const { field, before: old, now } = difference;
    throw new Error(
      `${what} with another config: ${field || 'config'} was ${json(old)} and is now ${json(now)}. Name another folder, or list a field that may change, such as steps, in mayChange.`,
    );
  }

  /** Writes the config, where it is not there as it is. */
  async prepare(): Promise<void> {
    const before = await this.#readJson(CONFIG, '');
    if (before !== null && configDifferences(before, this.config).length === 0) return;
    await this.#writeJson(CONFIG, this.config);
  }

  /** Returns the result where the run is finished; else null. */
  async result(): Promise<RunResult | null> {
    const remedy = 'Remove it, and the run goes on from its last checkpoint.';
    const result = await this.#readJson(RESULT, remedy);
    if (result === null) return null;
    if (isResult(result)) return result;
    throw new Error(`${this.store.name}: ${RESULT} is not what a trainer writes. ${remedy}`);
  }

  /** Says that the run is finished. */
  async finish(result: RunResult): Promise<void> {
    await this.#writeJson(RESULT, result);
  }

  /** Writes weights as a safetensors file of that name. */
  async writeWeights(
    name: string,
    weights: Readonly<Record<string, SafeTensor>>,
    metadata: Record<string, string>,
  ): Promise<void> {
    await this.store.write(name, encodeSafetensors(weights, { metadata }));
  }

  async #readJson(name: string, remedy: string): Promise<unknown> {
    const bytes = await this.store.read(name);
    if (bytes === null) return null;
    try {
      return JSON.parse(new TextDecoder().decode(bytes), fromJson);
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

/** A validation may have given NaN. */
function toJson(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? toJsonNumber(value) : value;
}

function fromJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$number' in value)) return value;
  return fromJsonNumber(value.$number) ?? value;
}

function isResult(value: unknown): value is RunResult {
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

/** A config must come back from its file as it was. */
function checkPlainJson(value: unknown, path: string, depth = 0): void {
  const instead =
    typeof value === 'bigint'
      ? 'Write String(seed) for a bigint.'
      : 'Keep functions and tensors out of it; write their names or sizes.';
  if (depth > 32)
    throw new TypeError(
      `runFolder: ${path.slice(0, 60)}… is nested too deeply; expected plain JSON. Look for an object that holds itself.`,
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

function json(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
