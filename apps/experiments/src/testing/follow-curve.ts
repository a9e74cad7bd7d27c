import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackendName, useFastestBackend } from '@trainkit/backend';
import { expect } from 'vitest';
import type { Dataset } from '../data/load.js';
import type { Metrics } from '../figures/metrics.js';
import { executeRun } from '../runs/execute.js';
import { findRun } from '../sections/index.js';

/** PyTorch's recorded curve of one run and seed. */
export interface RecordedRun {
  run: string;
  seed: string;
  /** The train loss of each step, or of the first ones. */
  curve: readonly number[];
  testAccuracy: number;
}

/** Returns the recorded curves of one section's runs, as rows for `it.each`. */
export function recordedHeads(
  curves: { runs: Record<string, Record<string, number[]>> },
  sections: readonly string[],
): { run: string; seed: string; curve: readonly number[] }[] {
  return Object.entries(curves.runs).flatMap(([run, seeds]) =>
    sections.includes(run.replace(/\/.*/, ''))
      ? Object.entries(seeds).map(([seed, curve]) => ({ run, seed, curve }))
      : [],
  );
}

/** Returns the recorded runs of sections 1 to 3 in two golden files, as rows for `it.each`. */
export function recordedRuns(
  curves: { runs: Record<string, Record<string, number[]>> },
  finals: { runs: Record<string, Record<string, { testAccuracy: number }>> },
): RecordedRun[] {
  return recordedHeads(curves, ['init', 'norm']).map((head) => {
    const testAccuracy = finals.runs[head.run]?.[head.seed]?.testAccuracy;
    if (testAccuracy === undefined)
      throw new Error(`The finals lack ${head.run}, seed ${head.seed}; run make.py again.`);
    return { ...head, testAccuracy };
  });
}

/** Trains one run in a temporary folder. */
export async function trainFor(
  run: string,
  { seed, steps, data, backend }: { seed: string; steps?: number; data: Dataset; backend: BackendName },
): Promise<Metrics> {
  const out = mkdtempSync(join(tmpdir(), 'experiments-test-'));
  try {
    const result = await executeRun(findRun(run), {
      seed: BigInt(seed),
      steps,
      data,
      backend: await useFastestBackend({ prefer: backend }),
      out,
      fresh: false,
      terminal: { write: () => true },
      signal: new AbortController().signal,
    });
    return result.metrics;
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Networks whose tanh saturates, so that two correct implementations diverge after a few steps. */
const SATURATED = new Set(['init/xavier-x10', 'init/unit-gaussian']);

/**
 * The tolerances for the steps of section 6's relu runs. Two correct implementations diverge after
 * a few dozen steps, as PyTorch does between CPU kernels.
 */
const HEAD = [
  { steps: 1, tolerance: 2e-6 },
  { steps: 10, tolerance: 1e-3 },
  { steps: 20, tolerance: 5e-3 },
];

/**
 * Asserts that the first losses of a run equal PyTorch's; differences are relative to max(1, loss).
 *
 * @param ofTen the largest difference within the first ten steps, default 1e-3
 */
export function expectPyTorchHead(
  { train }: Metrics,
  recorded: { curve: readonly number[] },
  ofTen = 1e-3,
): void {
  for (const [index, expected] of recorded.curve.entries()) {
    const most = HEAD.find(({ steps }) => index < steps)?.tolerance ?? Number.NaN;
    const tolerance = index < 10 ? Math.min(most, ofTen) : most;
    const loss = train[index]?.train_loss ?? Number.NaN;
    expect(
      Math.abs(loss - expected) / Math.max(1, expected),
      `loss of step ${index + 1}`,
    ).toBeLessThanOrEqual(tolerance);
  }
}

/**
 * Asserts that a run follows PyTorch's: every loss within 2e-6 and the final accuracy to two images
 * in 10,000. For saturated runs, the first loss within 2e-6 and the first 5 steps within 1e-3.
 *
 * Differences are relative to max(1, loss).
 */
export function expectPyTorchCurve(
  { train, test }: Metrics,
  recorded: RecordedRun,
  testImages: number,
): void {
  const distance = (index: number) => {
    const expected = recorded.curve[index] ?? Number.NaN;
    return Math.abs((train[index]?.train_loss ?? Number.NaN) - expected) / Math.max(1, expected);
  };
  expect(distance(0), 'first loss').toBeLessThanOrEqual(2e-6);
  if (SATURATED.has(recorded.run)) {
    for (let index = 1; index < 5; index++)
      expect(distance(index), `loss of step ${index + 1}`).toBeLessThanOrEqual(1e-3);
    return;
  }
  expect(train).toHaveLength(recorded.curve.length);
  for (let index = 1; index < train.length; index++) {
    expect(distance(index), `loss of step ${index + 1}`).toBeLessThanOrEqual(2e-6);
  }
  const images = Math.abs((test.at(-1)?.test_accuracy ?? Number.NaN) - recorded.testAccuracy) * testImages;
  expect(Math.round(images), 'test images with another prediction').toBeLessThanOrEqual(
    Math.floor((2 * testImages) / 10_000),
  );
}
