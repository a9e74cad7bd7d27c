import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RunConfig } from './config/run-config.js';
import { bestOf, type Figures } from './figures.js';
import { type Spread, spread } from './spread.js';

const finalSchema = z.object({
  steps: z.int(),
  firstLoss: z.number(),
  lastLoss: z.number(),
  /** Mean of the last hundred train losses. */
  tailLoss: z.number(),
  testLoss: z.number(),
  testAccuracy: z.number(),
  /** The evaluations, where there are some before the last step. */
  evaluations: z.array(z.object({ step: z.int(), loss: z.number(), accuracy: z.number() })).optional(),
});
const finalsSchema = z.object({
  torch: z.string(),
  runs: z.record(z.string(), z.record(z.string(), finalSchema)),
});

/** What PyTorch got in one run of one seed. */
export type PyTorchFinal = z.infer<typeof finalSchema>;

/** What PyTorch got in a run: for the same seed, where that was recorded, and over all recorded seeds. */
export interface PyTorchResult {
  sameSeed: PyTorchFinal | null;
  /** Test accuracies over the recorded seeds. */
  accuracy: Spread;
  /** Test losses over the same. */
  testLoss: Spread;
  /** Means of the last hundred train losses. */
  tailTrainLoss: Spread;
  /** The smallest test losses. */
  bestTestLoss: Spread;
}

/**
 * PyTorch's results for a run on the same data and as many steps; null where there are none (another data set, a
 * run that was cut short).
 */
export function pytorchResult(
  run: string,
  config: Pick<RunConfig, 'seed' | 'maxSteps' | 'data'>,
): PyTorchResult | null {
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

/** PyTorch's figures of one run; where it was evaluated at its end alone, that is the best too. */
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

/** The version of PyTorch that made the results. */
export function pytorchVersion(data: 'full' | 'sample'): string {
  // Without the build, as in 2.15.0+cu132.
  return readFinals(data).torch.replace(/\+.*$/, '');
}

function readFinals(data: 'full' | 'sample'): z.infer<typeof finalsSchema> {
  const path = new URL(`../goldens/finals-${data}.json`, import.meta.url);
  return finalsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
