import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { errorMessage } from '@trainkit/checks';
import { writeWhole } from '@trainkit/checks/files';
import { lineSchema, type Metrics, type TestMetrics, type TrainMetrics } from '../figures/metrics.js';
import { UserError } from '../terminal/user-error.js';
import { isEvaluationScheduled } from '../training/scheduled.js';
import { MAKE_ANEW } from './files.js';
import { movedFolder } from './moved-folder.js';

/** A position between two lines: after a step, and after its evaluation or before it. */
export interface MetricsPosition {
  step: number;
  evaluated: boolean;
  /** After every so many steps there is an evaluation; null or left out: nothing is known of them. */
  evaluateEvery?: number | null;
}

/**
 * Writes `metrics.jsonl`, a line at a time.
 *
 * Each line is with the operating system when `write` returns, so that a killed run keeps what it had. Nothing
 * read from a clock goes in: two runs of one config give the same bytes.
 */
export class MetricsWriter {
  /** Every line so far: what this run gave, whatever becomes of the file. */
  readonly written: Metrics;
  readonly #path: string;
  readonly #file: number;

  /**
   * @param place where to go on; what the file has beyond it is cut off, a torn last line too
   * @throws UserError where the file lacks a line before that, has one twice or in the wrong place, or cannot be written
   */
  constructor(path: string, place: MetricsPosition = { step: 0, evaluated: false }) {
    this.#path = path;
    try {
      // A file of its own: another process may still be writing to the one that is there.
      const kept = existsSync(path) ? linesUntil(path, place) : [];
      checkOrder(path, kept, place);
      writeWhole(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''), { durable: true });
      this.written = collect(kept);
      this.#file = openSync(path, 'a');
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(
        `${path} cannot be written: ${errorMessage(cause)}. Choose another folder with --out.`,
        { cause },
      );
    }
  }

  write(line: TrainMetrics | TestMetrics): void {
    if ('train_loss' in line) this.written.train.push(line);
    else this.written.test.push(line);
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#do(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    });
  }

  /** Waits until the disk has every line: before a checkpoint that counts on them. */
  sync(): void {
    this.#do(() => fsyncSync(this.#file));
    const there = statSync(this.#path, { throwIfNoEntry: false });
    if (there?.ino === fstatSync(this.#file).ino) return;
    throw movedFolder(this.#path);
  }

  close(): void {
    closeSync(this.#file);
  }

  #do(action: () => void): void {
    try {
      action();
    } catch (cause) {
      throw new UserError(
        `${this.#path} could not be written: ${errorMessage(cause)}. Free some space and run it again.`,
        { cause },
      );
    }
  }
}

/** Reads `metrics.jsonl`; a last line that was torn by a killed process does not count. */
export function readMetrics(path: string): Metrics {
  return collect(readLines(path));
}

type Line = TrainMetrics | TestMetrics;

function linesUntil(path: string, { step, evaluated }: MetricsPosition): Line[] {
  return readLines(path).filter(
    (line) => line.step < step || (line.step === step && ('train_loss' in line || evaluated)),
  );
}

/** Every step once and in its order, each evaluation after its step: what was lost cannot be had again. */
function checkOrder(
  path: string,
  lines: readonly Line[],
  { step, evaluated, evaluateEvery = null }: MetricsPosition,
): void {
  const isDue = (at: number) => isEvaluationScheduled({ evaluateEvery }, at) && (at < step || evaluated);
  let trained = 0;
  let tested = 0;
  const fail = (what: string): never => {
    throw new UserError(`${path} ${what}. ${MAKE_ANEW}`);
  };
  for (const [index, line] of lines.entries()) {
    const isTrain = 'train_loss' in line;
    if (isTrain && isDue(trained) && tested !== trained) fail(`lacks the evaluation after step ${trained}`);
    const expected = isTrain ? trained + 1 : trained;
    if (line.step !== expected || (!isTrain && tested === trained)) {
      fail(
        `has step ${line.step} in line ${index + 1}, where ${isTrain ? `step ${expected}` : `no evaluation of it`} is expected`,
      );
    }
    if (isTrain) trained++;
    else tested = trained;
  }
  if (trained !== step) fail(`has ${trained} of the ${step} steps that were trained before`);
  if (isDue(trained) && tested !== trained) fail(`lacks the evaluation after step ${trained}`);
}

function readLines(path: string): Line[] {
  const lines = readText(path).split('\n');
  // What follows the last newline is either nothing or a torn line.
  lines.pop();
  return lines.map((text, index) => {
    const parsed = lineSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new UserError(
      `${path}, line ${index + 1} is no line of metrics: ${JSON.stringify(text.slice(0, 80))}. ${MAKE_ANEW}`,
    );
  });
}

function collect(lines: readonly (TrainMetrics | TestMetrics)[]): Metrics {
  const metrics: Metrics = { train: [], test: [] };
  for (const line of lines) {
    if ('train_loss' in line) metrics.train.push(line);
    else metrics.test.push(line);
  }
  return metrics;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${errorMessage(cause)}. ${MAKE_ANEW}`, {
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
