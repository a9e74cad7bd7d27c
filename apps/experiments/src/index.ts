export { experimentConfig } from './config/experiment-config.js';
export type { ExperimentConfig, ExperimentOptions } from './config/schema.js';
export type { Metrics, TestMetrics, TrainMetrics } from './figures/metrics.js';
export { type ExperimentRunOptions, runExperiment } from './run-experiment.js';
export type { RunEnd, RunResult } from './runs/run.js';
