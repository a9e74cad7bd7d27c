import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, UserError } from './user-error.js';

/** What one training step gave: the batch's loss and accuracy before the update. */
const trainSchema = z.strictObject({ step: z.int(), train_loss: z.number(), train_accuracy: z.number() });
/** What an evaluation gave: means over the whole test set. */
const testSchema = z.strictObject({ step: z.int(), test_loss: z.number(), test_accuracy: z.number() });
const lineSchema = z.union([trainSchema, testSchema]);

/** One line of `metrics.jsonl` for a training step; steps count from 1. */
export type TrainMetrics = z.infer<typeof trainSchema>;
/** One line of `metrics.jsonl` for an evaluation. */
export type TestMetrics = z.infer<typeof testSchema>;

/** Both kinds of lines of one run, each in order. */
export interface Metrics {
  train: TrainMetrics[];
  test: TestMetrics[];
}

/**
 * Writes `metrics.jsonl`, a line at a time.
 *
 * Each line is with the operating system when `write` returns, so that a killed run keeps what it had. Nothing
 * read from a clock goes in: two runs of one config give the same bytes.
 */
export class MetricsWriter {
  /** Every line so far: what this run gave, whatever becomes of the file. */
  readonly written: Metrics = { train: [], test: [] };
  readonly #path: string;
  readonly #file: number;

  constructor(path: string) {
    this.#path = path;
    try {
      // A file of its own: another process may still be writing to the one that is there.
      rmSync(path, { force: true });
      this.#file = openSync(path, 'w');
    } catch (cause) {
      throw new UserError(
        `${path} cannot be written: ${messageOf(cause)}. Choose another folder with --out.`,
        { cause },
      );
    }
  }

  write(line: TrainMetrics | TestMetrics): void {
    if ('train_loss' in line) this.written.train.push(line);
    else this.written.test.push(line);
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      throw new UserError(
        `${this.#path} could not be written: ${messageOf(cause)}. Free some space and run it again.`,
        {
          cause,
        },
      );
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Reads `metrics.jsonl`; a last line that was torn by a killed process does not count. */
export function readMetrics(path: string): Metrics {
  const metrics: Metrics = { train: [], test: [] };
  const lines = readText(path).split('\n');
  // What follows the last newline is either nothing or a torn line.
  lines.pop();
  for (const [index, line] of lines.entries()) {
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      throw new UserError(
        `${path}, line ${index + 1} is no line of metrics: ${JSON.stringify(line.slice(0, 80))}. Use --fresh to run anew.`,
      );
    }
    if ('train_loss' in parsed.data) metrics.train.push(parsed.data);
    else metrics.test.push(parsed.data);
  }
  return metrics;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${messageOf(cause)}. Use --fresh to run anew.`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
