import type { BackendReport } from '@trainkit/backend';
import { analyzeActivations } from './activations.js';
import { type RunConfig, seedToJson } from './config.js';
import type { Dataset } from './data.js';
import { describeEnvironment } from './environment.js';
import { type Metrics, MetricsWriter } from './metrics.js';
import { Progress } from './progress.js';
import type { RunDefinition } from './run-definition.js';
import { RunFolder } from './run-folder.js';
import { type RunResult, withPyTorch } from './run-result.js';
import type { Terminal } from './status-line.js';
import { train } from './train.js';

/** What is the same for all runs of one command. */
export interface RunOptions {
  seed: bigint;
  /** Cuts the run short, or makes it longer; undefined means the exercise's epochs. */
  steps: number | undefined;
  data: Dataset;
  backend: BackendReport;
  /** The folder that `runs/` is made in. */
  out: string;
  /** Replaces what an earlier run left in the folder. */
  fresh: boolean;
  terminal: Terminal;
  signal: AbortSignal;
}

/**
 * Looks whether the run can be made or read, and changes nothing: of several runs the last would else say it after all
 * others have trained.
 *
 * @throws UserError where its folder holds a run with another config, or what cannot be read
 */
export function checkRun(run: RunDefinition, options: RunOptions): void {
  if (!options.fresh) new RunFolder(options.out, configOf(run, options)).finished();
}

/** Makes one run, or reads it from its folder if it is finished there; an interrupted one starts anew. */
export async function performRun(run: RunDefinition, options: RunOptions): Promise<RunResult> {
  const { data, backend, terminal } = options;
  const config = configOf(run, options);
  const folder = new RunFolder(options.out, config);
  const done = options.fresh ? null : folder.finished();
  const activations = analyzeActivations(run, {
    seed: options.seed,
    train: data.train,
    batchSize: config.batchSize,
  });
  if (done) {
    terminal.write(`${run.name}  finished before, read from ${folder.path} (--fresh runs it again)\n`);
    return withPyTorch({ run, config, folder: folder.path, metrics: done, activations });
  }
  const unlock = folder.lock();
  try {
    folder.prepare({ fresh: options.fresh });
    folder.writeEnvironment(describeEnvironment(backend));
    folder.writeActivations(activations);
    const metrics = await trainInto(folder, run, config, options);
    return withPyTorch({ run, config, folder: folder.path, metrics, activations });
  } finally {
    unlock();
  }
}

/** Trains, with the progress on the terminal and the metrics in the folder. */
async function trainInto(
  folder: RunFolder,
  run: RunDefinition,
  config: RunConfig,
  { data, terminal, signal }: RunOptions,
): Promise<Metrics> {
  const progress = new Progress(run.name, { steps: config.steps, terminal });
  const writer = new MetricsWriter(folder.metricsPath);
  try {
    await train(run, config, { data, metrics: writer, progress, signal });
  } catch (error) {
    progress.clear();
    throw error;
  } finally {
    writer.close();
  }
  const test = writer.written.test.at(-1);
  if (!test) throw new Error(`${run.name} ended without an evaluation.`);
  progress.finish(
    `test accuracy ${(test.test_accuracy * 100).toFixed(2)} %  test loss ${test.test_loss.toFixed(4)}`,
  );
  return writer.written;
}

function configOf(run: RunDefinition, { seed, steps, data, backend }: RunOptions): RunConfig {
  const { epochs, batchSize, optimizer, learningRate } = run.training;
  return {
    run: run.name,
    seed: seedToJson(seed),
    steps: steps ?? epochs * Math.ceil(data.train.length / batchSize),
    batchSize,
    optimizer,
    learningRate,
    backend: backend.name,
    data: data.identity,
  };
}
