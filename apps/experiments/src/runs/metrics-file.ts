import { errorReason, parseJson as parseText } from '@trainkit/checks';
import { readRegularFile } from '@trainkit/checks/files';
import { lineSchema, type Metrics, type TestMetrics, type TrainMetrics } from '../figures/metrics.js';
import { UserError } from '../terminal/user-error.js';
import { isThere, REPLACE_RUN } from './files.js';

/** A position between two lines: after a step, and after its evaluation or before it. */
export interface MetricsPosition {
  step: number;
  evaluated: boolean;
  /** Number of steps between evaluations; null or omitted if unknown. */
  evaluateEvery?: number | null;
}

/**
 * Checks that `metrics.jsonl` has every line before a position: each step once and in order, each
 * evaluation after its step. Lost lines cannot be restored. A missing file counts as empty.
 *
 * @throws UserError naming the line that is missing or out of order
 */
export function checkMetrics(path: string, position: MetricsPosition): void {
  checkOrder(path, isThere(path) ? linesUntil(path, position) : [], position);
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

function checkOrder(
  path: string,
  lines: readonly Line[],
  { step, evaluated, evaluateEvery = null }: MetricsPosition,
): void {
  const isDue = (at: number) =>
    at > 0 && evaluateEvery !== null && at % evaluateEvery === 0 && (at < step || evaluated);
  let trained = 0;
  let tested = 0;
  const fail = (what: string): never => {
    throw new UserError(`${path} ${what}. ${REPLACE_RUN}`);
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
  // The text after the last newline is empty or a torn line.
  lines.pop();
  return lines.map((text, index) => {
    const parsed = lineSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new UserError(
      `${path}, line ${index + 1} is not a line of metrics: ${JSON.stringify(text.slice(0, 80))}. ${REPLACE_RUN}`,
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
    return new TextDecoder().decode(readRegularFile(path));
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${errorReason(cause)}. ${REPLACE_RUN}`, {
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return parseText(text);
  } catch {
    return undefined;
  }
}
