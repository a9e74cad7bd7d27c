import type { ActivationStatistics } from './activations.js';
import type { RunConfig } from './config.js';
import type { Metrics } from './metrics.js';
import { type PyTorchResult, pytorchResult } from './pytorch.js';
import type { RunDefinition } from './run-definition.js';

/** All that is known of a finished run: what tables, pictures and the report are made of. */
export interface RunResult {
  run: RunDefinition;
  config: RunConfig;
  folder: string;
  metrics: Metrics;
  activations: ActivationStatistics[];
  pytorch: PyTorchResult | null;
}

/** Attaches PyTorch's figures to a run's own. */
export function withPyTorch(result: Omit<RunResult, 'pytorch'>): RunResult {
  return { ...result, pytorch: pytorchResult(result.run.pytorch, result.config) };
}
