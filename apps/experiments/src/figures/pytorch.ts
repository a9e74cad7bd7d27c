import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RunConfig } from '../config/schema.js';
import { bestOf, type Figures } from './figures.js';
import { finalSchema, type PyTorchFinal, type PyTorchResult } from './pytorch-result.js';
import { spread } from './statistics.js';

const finalsSchema = z.object({
  torch: z.string(),
  runs: z.record(z.string(), z.record(z.string(), finalSchema)),
});

/** The settings that decide which of PyTorch's runs is comparable. */
type PyTorchConfig = Pick<RunConfig, 'seed' | 'maxSteps' | 'data'>;

/**
 * Returns PyTorch's results for a run on the same data with the same number of steps; null if there
 * are none (another data set, a shortened run).
 */
export function pytorchResult(run: string, config: PyTorchConfig): PyTorchResult | null {
  if (config.data.name === 'custom') return null;
  const finals = readFinals(config.data.name).runs[run] ?? {};
  const comparable = Object.values(finals).filter((final) => final.steps === config.maxSteps);
  if (comparable.length === 0) return null;
  return {
    sameSeed: finals[String(config.seed)] ?? null,
    accuracy: spread(comparable.map((final) => final.testAccuracy)),
    testLoss: spread(comparable.map((final) => final.testLoss)),
    tailTrainLoss: spread(comparable.map((final) => final.tailLoss)),
    bestTestLoss: spread(comparable.map((final) => figuresOfPyTorch(final).best.loss)),
  };
}

/**
 * Returns PyTorch's figures of one run. If it was evaluated only at its end, that is also the best
 * evaluation.
 */
export function figuresOfPyTorch(final: PyTorchFinal): Figures {
  const { steps, firstLoss, lastLoss, tailLoss, testLoss, testAccuracy } = final;
  const atEnd = { step: steps, loss: testLoss, accuracy: testAccuracy };
  return {
    firstTrainLoss: firstLoss,
    lastTrainLoss: lastLoss,
    tailTrainLoss: tailLoss,
    testLoss,
    testAccuracy,
    best: bestOf(final.evaluations ?? []) ?? atEnd,
  };
}

/** Returns the version of PyTorch that computed the results. */
export function pytorchVersion(data: 'full' | 'sample'): string {
  // Without the build, as in 2.15.0+cu132.
  return readFinals(data).torch.replace(/\+.*$/, '');
}

function readFinals(data: 'full' | 'sample'): z.infer<typeof finalsSchema> {
  const path = new URL(`../../goldens/finals-${data}.json`, import.meta.url);
  return finalsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Adds PyTorch's figures to a run's own. */
export function withPyTorch<Result extends { run: { pytorch: string | null }; config: PyTorchConfig }>(
  result: Result,
): Result & { pytorch: PyTorchResult | null } {
  const { pytorch } = result.run;
  return { ...result, pytorch: pytorch === null ? null : pytorchResult(pytorch, result.config) };
}
