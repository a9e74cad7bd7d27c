export {
  type ExperimentConfig,
  type ExperimentOptions,
  experimentConfig,
} from './config/experiment-config.js';
export type { Metrics, TestMetrics, TrainMetrics } from './metrics.js';
export { type ExperimentRunOptions, runExperiment } from './run-experiment.js';
export type { RunEnd, RunResult } from './run-result.js';
