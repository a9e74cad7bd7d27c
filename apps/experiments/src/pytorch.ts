import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RunConfig } from './config.js';

const finalSchema = z.object({
  steps: z.int(),
  firstLoss: z.number(),
  lastLoss: z.number(),
  testLoss: z.number(),
  testAccuracy: z.number(),
});
const finalsSchema = z.object({
  torch: z.string(),
  runs: z.record(z.string(), z.record(z.string(), finalSchema)),
});

/** What PyTorch got in one run of one seed. */
type PyTorchFinal = z.infer<typeof finalSchema>;

/** What PyTorch got in a run: for the same seed, where that was recorded, and over all recorded seeds. */
export interface PyTorchResult {
  sameSeed: PyTorchFinal | null;
  /** Test accuracies over the recorded seeds. */
  accuracy: { mean: number; min: number; max: number; seeds: number };
}

/**
 * PyTorch's results for a run on the same data and as many steps; null where there are none (another data set, a
 * run that was cut short).
 */
export function pytorchResult(
  run: string,
  config: Pick<RunConfig, 'seed' | 'steps' | 'data'>,
): PyTorchResult | null {
  if (config.data.name === 'custom') return null;
  const finals = readFinals(config.data.name).runs[run] ?? {};
  const comparable = Object.values(finals).filter((final) => final.steps === config.steps);
  if (comparable.length === 0) return null;
  const accuracies = comparable.map((final) => final.testAccuracy);
  return {
    sameSeed: finals[String(config.seed)] ?? null,
    accuracy: {
      mean: accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length,
      min: Math.min(...accuracies),
      max: Math.max(...accuracies),
      seeds: accuracies.length,
    },
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
