import { closeSync, fstatSync, fsyncSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { checkFunction, checkOptions, errorMessage, expected, type OptionNames } from '@trainkit/checks';
import { makeFolder, readIfPresent, writeWhole } from '@trainkit/checks/files';
import { coveredBytes, defaultLine, type LineMakers, NEWLINE } from '../logging/lines.js';
import type { Logger, TrainEvent, ValidationEvent } from '../logging/logger.js';
import { RunError } from '../runs/run-error.js';
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
  /** The file's path; a relative one is in the run's folder, or in the current one of now. Default `'metrics.jsonl'`. */
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
 * A line is with the operating system at once. Nothing that a clock gave goes in, so two runs of one config give the same
 * bytes. Where a run goes on from a checkpoint, the file is cut to what the checkpoint covers: no step is there twice.
 * NaN and infinities are `null`.
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
    path = 'metrics.jsonl',
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
  /** The path where there is no run folder: as it was when the logger was made, whatever `process.chdir` does. */
  readonly #outside: string;
  readonly #lines: LineMakers;
  #open: { path: string; file: number; bytes: number } | null = null;

  /** @param lines make the lines */
  constructor(path: string, lines: LineMakers) {
    this.name = `jsonLines:${path}`;
    this.#path = path;
    this.#outside = resolve(path);
    this.#lines = lines;
  }

  /**
   * Opens the file, cut to what the checkpoint covers.
   *
   * @throws RunError where the file lacks what the checkpoint covers, or is not this run's
   */
  begin(context: BeginInput = {}): void {
    const { folder, state, step } = logContext(context);
    if (folder === null && !isAbsolute(this.#path) && this.#path === 'metrics.jsonl') {
      throw new Error(
        'jsonLines: there is no run folder; expected one to write metrics.jsonl to. Give fit a folder, or jsonLines({ path }).',
      );
    }
    const path = folder === null ? this.#outside : resolve(folder, this.#path);
    const covered = coveredBytes(state);
    const before = readIfThere(path);
    // Only in the run's own folder is a file from before the first checkpoint this run's: elsewhere it may be another's.
    const isOwn = folder !== null && isInside(folder, path) && step === 0;
    if (covered === null && before !== null && before.length > 0 && !isOwn) {
      throw new RunError(
        'log',
        `${path} exists, and no checkpoint tells that it is this run's.`,
        'Move it away, or give another path.',
      );
    }
    const kept = before === null ? Buffer.alloc(0) : before.subarray(0, covered ?? 0);
    if (covered !== null && (kept.length < covered || (covered > 0 && kept.at(-1) !== NEWLINE))) {
      throw new RunError(
        'log',
        `${path} lacks lines that the run has logged before its last checkpoint.`,
        'Restore it, or name another folder.',
      );
    }
    try {
      makeFolder(dirname(path));
      // A file of its own: a process that lost the run may still be writing to the one that is there.
      writeWhole(path, kept, { durable: true });
      this.#open = { path, file: openSync(path, 'a'), bytes: kept.length };
    } catch (cause) {
      throw new RunError(
        'write',
        `${path} cannot be written: ${errorMessage(cause)}.`,
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

  /** The length of the file, to which a resume cuts it. */
  state(): { bytes: number } {
    return { bytes: this.#open?.bytes ?? 0 };
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
  }

  #do(path: string, action: () => void): void {
    try {
      action();
    } catch (cause) {
      throw new RunError(
        'write',
        `${path} could not be written: ${errorMessage(cause)}.`,
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
      `${path} cannot be read: ${errorMessage(cause)}.`,
      'Make it readable, or give another path.',
      { cause },
    );
  }
}

/** Returns true where `path` lies in `folder`, at any depth. */
function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !isAbsolute(way) && way.split(/[\\/]/)[0] !== '..';
}
