import type { ActivationStatistics } from './activations.js';
import type { RunDefinition } from './catalog.js';
import type { RunConfig } from './config.js';
import type { Metrics } from './metrics.js';
import { type PyTorchResult, pytorchResult } from './pytorch.js';

/** All that is known of a finished run: what tables, pictures and the report are made of. */
export interface RunResult {
  run: RunDefinition;
  config: RunConfig;
  folder: string;
  metrics: Metrics;
  activations: ActivationStatistics[];
  pytorch: PyTorchResult | null;
}

/** A row of the accuracy table, as text. */
export interface ResultRow {
  title: string;
  firstLoss: string;
  lastLoss: string;
  testLoss: string;
  accuracy: string;
  sameSeed: string;
  seeds: string;
}

/** The headings over {@link ResultRow}'s fields, in order. */
export function resultHeadings(results: readonly RunResult[]): string[] {
  const first = results[0];
  const seeds = results.find((result) => result.pytorch)?.pytorch?.accuracy.seeds;
  return [
    'Initialization',
    'First loss',
    'Last loss',
    'Test loss',
    'Test accuracy',
    `PyTorch, seed ${first?.config.seed ?? '?'}`,
    seeds ? `PyTorch, mean of ${seeds} seeds (range)` : 'PyTorch, several seeds',
  ];
}

export function resultRow({ run, metrics, pytorch }: RunResult): ResultRow {
  const test = metrics.test.at(-1);
  const range = pytorch && `${percent(pytorch.accuracy.min)} to ${percent(pytorch.accuracy.max)}`;
  return {
    title: run.title,
    firstLoss: loss(metrics.train[0]?.train_loss),
    lastLoss: loss(metrics.train.at(-1)?.train_loss),
    testLoss: loss(test?.test_loss),
    accuracy: percent(test?.test_accuracy),
    sameSeed: run.sameSeed ? percent(pytorch?.sameSeed?.testAccuracy) : 'another stream',
    seeds: pytorch ? `${percent(pytorch.accuracy.mean)} (${range})` : NOTHING,
  };
}

/** Says why a PyTorch column is empty, or null where it is not. */
export function missingPyTorch(results: readonly RunResult[]): string | null {
  const config = results[0]?.config;
  if (!config) return null;
  if (config.data.name === 'custom') return 'PyTorch was not run on this data, so its columns are empty.';
  if (results.every((result) => !result.pytorch)) {
    return `The runs have ${config.steps} steps; PyTorch's figures are those of three whole epochs, so its columns are empty.`;
  }
  return results.some((result) => result.pytorch?.sameSeed)
    ? null
    : `PyTorch's figures for seed ${config.seed} were not recorded; the last column holds other seeds.`;
}

/** Attaches PyTorch's figures to a run's own. */
export function withPyTorch(result: Omit<RunResult, 'pytorch'>): RunResult {
  return { ...result, pytorch: pytorchResult(result.run.pytorch, result.config) };
}

const NOTHING = '–';

function loss(value: number | undefined): string {
  return value === undefined ? NOTHING : value.toFixed(4);
}

function percent(value: number | undefined): string {
  return value === undefined ? NOTHING : `${(value * 100).toFixed(2)} %`;
}
