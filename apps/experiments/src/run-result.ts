import { z } from 'zod';
import type { ActivationStatistics } from './activations.js';
import type { RunConfig } from './config/run-config.js';
import { type Metrics, testSchema } from './metrics.js';
import { type PyTorchResult, pytorchResult } from './pytorch.js';
import type { RunDefinition } from './run-definition.js';

/** How a run ended; `result.json`, whose being there says that it did. */
export const endSchema = z.strictObject({
  /** The step that it ended at. */
  step: z.int().positive(),
  /** Whether early stopping ended it. */
  stoppedEarly: z.boolean(),
  /** The evaluation that counts: the last, or with early stopping the best. */
  test: testSchema,
  /** The best evaluation. */
  best: testSchema,
});

/** See {@link endSchema}. */
export type RunEnd = z.infer<typeof endSchema>;

/** What a finished run left in its folder. */
export interface FinishedRun {
  end: RunEnd;
  metrics: Metrics;
  activations: ActivationStatistics[];
}

/** All that is known of a finished run: what tables, pictures and the report are made of. */
export interface RunResult extends FinishedRun {
  run: RunDefinition;
  config: RunConfig;
  folder: string;
  pytorch: PyTorchResult | null;
}

/** Attaches PyTorch's figures to a run's own. */
export function withPyTorch(result: Omit<RunResult, 'pytorch'>): RunResult {
  const { pytorch } = result.run;
  return { ...result, pytorch: pytorch === null ? null : pytorchResult(pytorch, result.config) };
}
