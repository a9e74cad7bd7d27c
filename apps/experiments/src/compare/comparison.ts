import { configDifferences } from '@trainkit/trainer';
import { formatSetting } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import { bestOf, evaluationsOf, tailSteps } from '../figures/figures.js';
import type { Metrics } from '../figures/metrics.js';
import { mean } from '../figures/statistics.js';
import type { RunEnd } from '../runs/run.js';
import { count, DASH, figureOrDash, formatSteps, percent, points } from '../terminal/format.js';

/** One of two runs side by side, finished or not. */
export interface ComparedRun {
  /** Its name in headings: `A: optimizer/sgd, seed 0`. */
  title: string;
  path: string;
  config: RunConfig;
  metrics: Metrics;
  /** The last trained step. */
  step: number;
  /** The end of the run; null if it is not finished. */
  end: RunEnd | null;
}

/** A table of texts. */
export interface Rows {
  headings: string[];
  rows: string[][];
}

/** Two runs side by side. */
export interface Comparison {
  /** Sentences about the state of both runs. */
  notes: string[];
  /** The settings that differ; without rows if all are equal. */
  settings: Rows;
  /** Figures of both, up to the step that both have reached. */
  figures: Rows;
  /** The evaluations that both have. */
  evaluations: Rows;
}

/** Compares two runs, finished or not. */
export function compareRuns(a: ComparedRun, b: ComparedRun): Comparison {
  const step = Math.min(a.step, b.step);
  const runs = [a, b] as const;
  return {
    notes: [...runs.map(describeRun), ...describeStep(runs, step)],
    settings: {
      headings: ['Setting', a.title, b.title],
      rows: configDifferences(a.config, b.config)
        .filter(({ field }) => field !== 'run')
        .map(({ field, before, now }) => [field, formatSetting(before), formatSetting(now)]),
    },
    figures: {
      headings: ['Figure', a.title, b.title, 'B − A'],
      rows: figureRows(runs, step),
    },
    evaluations: {
      headings: ['Step', 'Test loss of A', 'of B', 'B − A', 'Test accuracy of A', 'of B', 'B − A'],
      rows: evaluationRows(runs),
    },
  };
}

function describeRun({ title, path, step, end, config }: ComparedRun): string {
  const state =
    end === null
      ? `not finished: ${count(step)} of ${formatSteps(config.maxSteps)}`
      : `finished after ${formatSteps(step)}${end.stoppedEarly ? ', stopped early' : ''}`;
  return `${title} (${path}): ${state}.`;
}

function describeStep(runs: readonly [ComparedRun, ComparedRun], step: number): string[] {
  return runs.every((run) => run.step === step)
    ? []
    : [`Figures are taken up to step ${count(step)}, which both have reached, unless they say otherwise.`];
}

function figureRows(runs: readonly [ComparedRun, ComparedRun], step: number): string[][] {
  const [a, b] = runs.map(({ metrics }) => until(metrics, step));
  if (!a || !b) return [];
  const cut = [a, b] as const;
  const tail = tailSteps(step);
  const best = cut.map((metrics) => bestOf(evaluationsOf(metrics)));
  const ends = runs.map(({ end }) => end);
  return [
    lossRow(
      'First train loss',
      cut.map(({ train }) => train[0]?.train_loss),
    ),
    lossRow(
      `Train loss of step ${count(step)}`,
      cut.map(({ train }) => train.at(-1)?.train_loss),
    ),
    lossRow(
      `Mean of the ${formatSteps(tail)} up to it`,
      cut.map(({ train }) => mean(train.slice(-tail).map((line) => line.train_loss))),
    ),
    lossRow(
      'Smallest test loss',
      best.map((each) => each?.loss),
    ),
    ['… at step', ...best.map((each) => figureOrDash(each?.step, count)), ''],
    lossRow(
      'Test loss at its end',
      ends.map((end) => end?.test.test_loss),
    ),
    accuracyRow(
      'Test accuracy at its end',
      ends.map((end) => end?.test.test_accuracy),
    ),
  ];
}

function evaluationRows([a, b]: readonly [ComparedRun, ComparedRun]): string[][] {
  const others = new Map(evaluationsOf(b.metrics).map((each) => [each.step, each]));
  return evaluationsOf(a.metrics).flatMap((ours) => {
    const theirs = others.get(ours.step);
    if (!theirs) return [];
    const [, ...losses] = lossRow('', [ours.loss, theirs.loss]);
    const [, ...accuracies] = accuracyRow('', [ours.accuracy, theirs.accuracy]);
    return [[count(ours.step), ...losses, ...accuracies]];
  });
}

function lossRow(name: string, values: readonly (number | undefined)[]): string[] {
  return row(name, values, {
    show: (loss) => loss.toFixed(4),
    difference: (difference) => Math.abs(difference).toFixed(4),
  });
}

function accuracyRow(name: string, values: readonly (number | undefined)[]): string[] {
  return row(name, values, {
    show: (share) => percent(share, 2),
    difference: (difference) => points(Math.abs(difference), 2),
  });
}

/** The text of a figure and of a difference. */
interface Format {
  show: (value: number) => string;
  difference: (size: number) => string;
}

function row(name: string, [a, b]: readonly (number | undefined)[], { show, difference }: Format): string[] {
  const both = a !== undefined && b !== undefined ? b - a : null;
  const sign = both !== null && both < 0 ? '−' : '+';
  return [
    name,
    ...[a, b].map((value) => figureOrDash(value, show)),
    both === null ? DASH : both === 0 ? '0' : `${sign}${difference(both)}`,
  ];
}

/** Returns the metrics of a run up to some step. */
function until({ train, test }: Metrics, last: number): Metrics {
  return {
    train: train.filter(({ step }) => step <= last),
    test: test.filter(({ step }) => step <= last),
  };
}
