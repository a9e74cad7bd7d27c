import { checkFunction, checkOptions, expected, type OptionNames, parseJson } from '@trainkit/checks';
import { checkLogName, coveredLines, defaultLine, keptLines, type LineMakers } from '../logging/lines.js';
import type { LogContext, Logger, TrainEvent, ValidationEvent } from '../logging/logger.js';
import { type CheckpointStore, isStored, type RunStore } from '../runs/checkpoint-store.js';
import { METRICS } from '../runs/run-files.js';
import { Sha256 } from '../state/sha256.js';

/** Options of {@link jsonLines}. */
export interface JsonLinesOptions {
  /** The name of the log in the run's store. Default `'metrics.jsonl'`. */
  path?: string | undefined;
  /** Makes the line of a step; null for none. Default `{ step, ...values }`. */
  train?: ((event: TrainEvent) => object | null) | undefined;
  /** Makes the line of a validation; null for none. Default `{ step, ...values }`. */
  validation?: ((event: ValidationEvent) => object | null) | undefined;
}

const OPTIONS: OptionNames<JsonLinesOptions> = { path: true, train: true, validation: true };

/**
 * Logs each step and each validation as a line of JSON in the run's store; the bytes are those of
 * `jsonLines` of `@trainkit/trainer/node`.
 *
 * Lines are written before each checkpoint, and at the end. When a run resumes from a checkpoint,
 * the log is truncated to the part that the checkpoint covers, so that no step occurs twice. The
 * checkpoint has the SHA-256 of that part, so a changed number is an error. NaN and infinities are
 * `null`.
 *
 * A blob with another name than `metrics.jsonl` that exists before the run's first checkpoint is
 * renamed to `NAME.set-aside-1`, with a warning.
 */
export function jsonLines(options: JsonLinesOptions = {}): StoredJsonLines {
  const {
    path = METRICS,
    train = defaultLine,
    validation = defaultLine,
  } = checkOptions('jsonLines', options, OPTIONS);
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(expected('jsonLines', 'path', path, 'the name of a log', `Write '${METRICS}'.`));
  }
  checkLogName(path);
  checkFunction('jsonLines', 'train', train);
  checkFunction('jsonLines', 'validation', validation);
  return new StoredJsonLines(path, { train, validation });
}

/**
 * Reads the lines of a log of {@link jsonLines} up to the last checkpoint. Empty if there is no
 * log.
 *
 * @param store of a folder: `browserFolder(name).store`
 */
export async function readJsonLines(store: CheckpointStore, path: string = METRICS): Promise<unknown[]> {
  const text = new TextDecoder().decode((await store.read(path)) ?? new Uint8Array());
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => parseJson(row));
}

/** A store that can append. */
type LogStore = RunStore & { readonly append: NonNullable<RunStore['append']> };

/** The logger of {@link jsonLines}. */
export class StoredJsonLines implements Logger {
  /** The key of {@link state} in checkpoints. */
  readonly name: string;
  readonly #path: string;
  readonly #lines: LineMakers;
  #store: LogStore | null = null;
  /** The number of written bytes. */
  #bytes = 0;
  /** The digest of the written bytes. */
  #digest = new Sha256();
  /** The lines that are not written yet. */
  #waiting = '';

  /** @param lines make the lines */
  constructor(path: string, lines: LineMakers) {
    this.name = `jsonLines:${path}`;
    this.#path = path;
    this.#lines = lines;
  }

  /**
   * Finds the log, and truncates it to the part that the checkpoint covers.
   *
   * @throws Error if it lacks a part that the checkpoint covers, or belongs to another run
   */
  async begin({ store, state, step, warn }: LogContext): Promise<void> {
    if (!canAppend(store)) {
      throw new Error(
        "jsonLines: there is no run folder in the browser's storage; expected one. Write fit({ folder: browserFolder('runs/mine') }).",
      );
    }
    const covered = coveredLines(state);
    const before = await store.read(this.#path);
    const path = `${store.name}/${this.#path}`;
    if (covered === null && before !== null) {
      if (step > 0)
        throw new Error(
          `jsonLines: ${path} exists, and no checkpoint says that it is this run's. Give another path.`,
        );
      if (this.#path !== METRICS && before.length > 0)
        warn(
          `${path} is there before the run's first checkpoint. It is kept as ${await setAside(store, this.#path, before)}.`,
        );
    }
    const { bytes: kept, digest, problem } = keptLines(before, covered);
    if (problem !== null) throw new Error(`jsonLines: ${path} ${problem} Name another run.`);
    if (before !== null) await store.append(this.#path, new Uint8Array(), kept.length);
    this.#store = store;
    this.#bytes = kept.length;
    this.#digest = digest;
    this.#waiting = '';
  }

  /** Adds the line of a step. */
  train(event: TrainEvent): void {
    this.#add(this.#lines.train(event));
  }

  /** Adds the line of a validation. */
  validation(event: ValidationEvent): void {
    this.#add(this.#lines.validation(event));
  }

  /** Resolves when every line is in the storage. */
  async flush(): Promise<void> {
    if (this.#store === null || this.#waiting === '') return;
    const bytes = new TextEncoder().encode(this.#waiting);
    this.#waiting = '';
    await this.#store.append(this.#path, bytes, this.#bytes);
    this.#bytes += bytes.length;
    this.#digest.update(bytes);
  }

  /** The length of the log, to which a resume truncates it, and the SHA-256 of its bytes. */
  state(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#digest.digest() };
  }

  /** Writes the remaining lines. */
  async end(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.#store = null;
    }
  }

  #add(row: object | null): void {
    if (row !== null) this.#waiting += `${JSON.stringify(row)}\n`;
  }
}

function canAppend(store: RunStore | undefined): store is LogStore {
  return store?.append !== undefined;
}

/**
 * Copies the blob to the first unused name of `NAME.set-aside-1`, `NAME.set-aside-2`, …, and
 * returns that name.
 */
async function setAside(store: LogStore, name: string, bytes: Uint8Array): Promise<string> {
  for (let number = 1; ; number++) {
    const aside = `${name}.set-aside-${number}`;
    if (await isStored(store, aside)) continue;
    await store.write(aside, bytes);
    return aside;
  }
}
