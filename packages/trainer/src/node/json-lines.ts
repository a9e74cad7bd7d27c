import { closeSync, fstatSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  checkFunction,
  checkOptions,
  errorReason,
  expected,
  type OptionNames,
  printable,
} from '@trainkit/checks';
import { isPresent, makeFolder, readIfPresent, writeWhole } from '@trainkit/checks/files';
import { checkLogName, coveredLines, defaultLine, keptLines, type LineMakers } from '../logging/lines.js';
import type { Logger, TrainEvent, ValidationEvent } from '../logging/logger.js';
import { RunError } from '../runs/run-error.js';
import { METRICS } from '../runs/run-files.js';
import { Sha256 } from '../state/sha256.js';
import {
  type BeginInput,
  checkBegun,
  logContext,
  type TrainInput,
  trainEvent,
  type ValidationInput,
  validationEvent,
} from './log-input.js';

/** Options of {@link jsonLines}. */
export interface JsonLinesOptions {
  /**
   * The file's path; a relative one is in the run's folder, or in the current folder without one.
   * Default `'metrics.jsonl'`.
   */
  path?: string | undefined;
  /** Makes the line of a step; null for none. Default `{ step, ...values }`. */
  train?: ((event: TrainEvent) => object | null) | undefined;
  /** Makes the line of a validation; null for none. Default `{ step, ...values }`. */
  validation?: ((event: ValidationEvent) => object | null) | undefined;
}

const OPTIONS: OptionNames<JsonLinesOptions> = { path: true, train: true, validation: true };

/**
 * Logs each step and each validation as a line of JSON.
 *
 * Each line is passed to the operating system at once. Numbers of a clock are left out, so two runs
 * of one config give the same bytes. When a run resumes from a checkpoint, the file is truncated to
 * the part that the checkpoint covers, so that no step occurs twice. The checkpoint has the SHA-256
 * of that part, so a number that was changed by hand is an error. NaN and infinities are `null`.
 *
 * A file with another name than `metrics.jsonl` that exists in the run's folder before the first
 * checkpoint is renamed to `NAME.set-aside-1`, with a warning, since it may be the user's own.
 *
 * @example
 * ```ts
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { jsonLines } from '@trainkit/trainer/node';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'metrics.jsonl');
 * const log = jsonLines({ path });
 * log.begin({ step: 0, steps: 1, validated: false, mayHaveValidated: false, last: null, folder: null, state: null, warn: console.warn });
 * log.train({ step: 1, values: { 'train/loss': 0.5 } });
 * log.end();
 * console.log(readFileSync(path, 'utf8').trim()); // → {"step":1,"train/loss":0.5}
 * ```
 */
export function jsonLines(options: JsonLinesOptions = {}): JsonLines {
  const {
    path = METRICS,
    train = defaultLine,
    validation = defaultLine,
  } = checkOptions('jsonLines', options, OPTIONS);
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(expected('jsonLines', 'path', path, 'the path of a file', "Write 'metrics.jsonl'."));
  }
  checkFunction('jsonLines', 'train', train);
  checkFunction('jsonLines', 'validation', validation);
  return new JsonLines(path, { train, validation });
}

/** The logger of {@link jsonLines}. */
export class JsonLines implements Logger {
  /** The key of {@link state} in checkpoints. */
  readonly name: string;
  readonly #path: string;
  /**
   * The path without a run folder: resolved when the logger was created, whatever `process.chdir`
   * does later.
   */
  readonly #outside: string;
  readonly #lines: LineMakers;
  #open: { path: string; file: number; bytes: number; digest: Sha256 } | null = null;

  /** @param lines make the lines */
  constructor(path: string, lines: LineMakers) {
    this.name = `jsonLines:${path}`;
    this.#path = path;
    this.#outside = resolve(path);
    this.#lines = lines;
  }

  /**
   * Opens the file, truncated to the part that the checkpoint covers.
   *
   * @throws RunError if the file lacks a part that the checkpoint covers, or belongs to another run
   */
  begin(context: BeginInput = {}): void {
    const { folder, state, step, warn } = logContext(context);
    if (folder === null && !isAbsolute(this.#path) && this.#path === METRICS) {
      throw new Error(
        'jsonLines: there is no run folder; expected one to write metrics.jsonl to. Give fit a folder, or jsonLines({ path }).',
      );
    }
    const path = folder === null ? this.#outside : resolve(folder, this.#path);
    const name = folder === null ? null : nameInside(folder, path);
    if (name !== null) checkLogName(name);
    const covered = coveredLines(state);
    const before = readIfThere(path);
    if (covered === null && before !== null && before.length > 0) {
      // A file from before the first checkpoint belongs to this run only if it is in the run's own
      // folder.
      if (name === null || step > 0)
        throw new RunError(
          'log',
          `${path} exists, and no checkpoint says that it is this run's.`,
          'Move it away, or give another path.',
        );
      if (name !== METRICS)
        warn(
          printable(`${path} is there before the run's first checkpoint. It is kept as ${setAside(path)}.`),
        );
    }
    const { bytes: kept, digest, problem } = keptLines(before, covered);
    if (problem !== null)
      throw new RunError('log', `${path} ${problem}`, 'Restore it, or name another folder.');
    try {
      makeFolder(dirname(path));
      // A new file: a process that lost the run may still be writing to the existing one.
      writeWhole(path, kept, { durable: true });
      this.#open = { path, file: openSync(path, 'a'), bytes: kept.length, digest };
    } catch (cause) {
      throw new RunError(
        'write',
        `${path} cannot be written: ${errorReason(cause)}.`,
        'Name another folder.',
        {
          cause,
        },
      );
    }
  }

  /** Writes the line of a step. */
  train(event: TrainInput): void {
    checkBegun('jsonLines', 'train', this.#open !== null);
    this.#write(this.#lines.train(trainEvent(event)));
  }

  /** Writes the line of a validation. */
  validation(event: ValidationInput): void {
    checkBegun('jsonLines', 'validation', this.#open !== null);
    this.#write(this.#lines.validation(validationEvent(event)));
  }

  /** Waits until the disk has every line. */
  flush(): void {
    const open = this.#open;
    if (open === null) return;
    this.#do(open.path, () => fsyncSync(open.file));
    if (statSync(open.path, { throwIfNoEntry: false })?.ino === fstatSync(open.file).ino) return;
    throw new RunError(
      'moved',
      `${open.path} was moved or removed while the run wrote to it.`,
      'Restore it, and run the program again.',
    );
  }

  /** The length of the file, to which a resume truncates it, and the SHA-256 of its bytes. */
  state(): { bytes: number; sha256: string } {
    const { bytes = 0, digest = new Sha256() } = this.#open ?? {};
    return { bytes, sha256: digest.digest() };
  }

  /** Closes the file. */
  end(): void {
    if (this.#open === null) return;
    closeSync(this.#open.file);
    this.#open = null;
  }

  #write(line: object | null): void {
    const open = this.#open;
    if (line === null || open === null) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#do(open.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(open.file, bytes, at);
    });
    open.bytes += bytes.length;
    open.digest.update(bytes);
  }

  #do(path: string, action: () => void): void {
    try {
      action();
    } catch (cause) {
      throw new RunError(
        'write',
        `${path} could not be written: ${errorReason(cause)}.`,
        'Free some space and run the program again.',
        { cause },
      );
    }
  }
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return readIfPresent(path);
  } catch (cause) {
    throw new RunError(
      'read',
      `${path} cannot be read: ${errorReason(cause)}.`,
      'Make it readable, or give another path.',
      { cause },
    );
  }
}

/** The name of `path` in `folder`, with slashes, at any depth; null if it is elsewhere. */
function nameInside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  const parts = way.split(sep);
  return way === '' || isAbsolute(way) || parts[0] === '..' ? null : parts.join('/');
}

/**
 * Renames the file to the first unused name of `PATH.set-aside-1`, `PATH.set-aside-2`, …, and
 * returns that name.
 */
function setAside(path: string): string {
  try {
    for (let number = 1; ; number++) {
      const aside = `${path}.set-aside-${number}`;
      if (isPresent(aside)) continue;
      renameSync(path, aside);
      return aside;
    }
  } catch (cause) {
    throw new RunError(
      'log',
      `${path} exists, and no checkpoint says that it is this run's; it cannot be set aside: ${errorReason(cause)}.`,
      'Move it away, or give another path.',
      { cause },
    );
  }
}
