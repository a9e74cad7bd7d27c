import { printable } from '@trainkit/checks';
import { pytorchStateDict } from '@trainkit/nn';
import { encodeSafetensors } from '@trainkit/safetensors';
import { DivergenceError, type LogContext } from '@trainkit/trainer';
import type { TestMetrics } from '../figures/metrics.js';
import { withPyTorch } from '../figures/pytorch.js';
import { analyzeActivations } from '../model/activations.js';
import { analyzePredictions } from '../model/predictions.js';
import { percent } from '../terminal/format.js';
import { runLoggers, testLine } from '../training/loggers.js';
import { logConfig, logOutcome } from '../training/tensorboard.js';
import { createTrainer, type TrainerEvent } from '../training/trainer.js';
import { configOf } from './definition.js';
import { changesBetween, describeEnvironment } from './environment.js';
import { explained, explainedDivergence } from './explain.js';
import { RunFolder } from './folder.js';
import { checkMetrics, readMetrics } from './metrics-file.js';
import type { RunOptions } from './options.js';
import type { FinishedRun, RunDefinition, RunResult } from './run.js';

/** Options of {@link executeRun}. */
export interface ExecuteOptions extends RunOptions {
  /** Called at each event of the training. */
  onEvent?: ((event: TrainerEvent) => void) | undefined;
}

/** Returns the folder of a command's run. */
export function folderOf(run: RunDefinition, options: RunOptions): RunFolder {
  const { seed, steps, evaluateEvery, data, backend, out } = options;
  const choices = { seed, steps, evaluateEvery, backend: backend.name, data: data.identity };
  return RunFolder.of(out, configOf(run, choices));
}

/**
 * Checks that a run can be trained or read, and changes nothing. Of several runs the last would
 * otherwise fail after all others have trained.
 *
 * @throws UserError if its folder holds a run with another config, or files that cannot be read
 */
export function checkRun(run: RunDefinition, options: RunOptions): void {
  if (!options.fresh) folderOf(run, options).finished();
}

/**
 * Trains one run, resumes it if it was interrupted, or reads it from its folder if it is finished.
 */
export async function executeRun(run: RunDefinition, options: ExecuteOptions): Promise<RunResult> {
  return executeIn(folderOf(run, options), run, options);
}

/** {@link executeRun} in a given folder, such as that of a resumed run. */
export async function executeIn(
  folder: RunFolder,
  run: RunDefinition,
  options: ExecuteOptions,
): Promise<RunResult> {
  const result = (finished: FinishedRun): RunResult =>
    withPyTorch({ run, config: folder.config, folder: folder.path, ...finished });
  const done = options.fresh ? null : folder.finished();
  if (done && !folder.canRemakeModel()) {
    options.terminal.write(
      `${run.name}  finished before, read from ${printable(folder.path)} (\`run … --fresh\` repeats it)\n`,
    );
    return result(done);
  }
  const unlock = await folder.lock();
  try {
    const aside = folder.prepare(options);
    if (aside !== null) {
      options.terminal.write(
        `${run.name}  Warning: ${printable(folder.path)} held files of a run but no config.json. They are kept in ${printable(aside)}, and the run starts again.\n`,
      );
    }
    return result(await trainRun(folder, run, options));
  } finally {
    unlock();
  }
}

/**
 * Trains from the last checkpoint, if there is one. Progress goes to the terminal, all else into
 * the folder.
 */
async function trainRun(
  folder: RunFolder,
  run: RunDefinition,
  options: ExecuteOptions,
): Promise<FinishedRun> {
  const { data, terminal, signal, onEvent } = options;
  const { config } = folder;
  const activations = analyzeActivations(config, data.train);
  folder.writeActivations(activations);
  const start = performance.now();
  const saveBest = (test: TestMetrics) => folder.writeBest(pytorchStateDict(model), test);
  const { trainer, model, dispose } = createTrainer(config, data, {
    onEvent,
    onBest: (best) => saveBest(testLine(best)),
  });
  try {
    const { step, validation, best } = await trainer.fit({
      steps: config.maxSteps,
      checkpointEvery: config.checkpointEvery,
      checkpoints: folder.checkpoints((stage) =>
        onEvent?.({ kind: 'checkpoint', step: trainer.step, stage }),
      ),
      log: [
        { begin: (context) => begin(folder, context, options) },
        { begin: ({ step }) => logConfig(folder.path, { config, step, terminal }) },
        ...runLoggers(run.name, terminal),
        { train: ({ step }) => onEvent?.({ kind: 'step', step }) },
      ],
      signal,
    });
    if (validation === null || best === null) throw new Error(`${run.name} ended without an evaluation.`);
    const isBest = config.earlyStopping !== null || best.step === step;
    // The best model of an earlier, shorter run may no longer be the best.
    if (isBest) saveBest(testLine(best));
    else await trainer.atBest(() => saveBest(testLine(best)));
    const end = {
      step,
      stoppedEarly: step < config.maxSteps,
      test: testLine(config.earlyStopping === null ? validation : best),
      best: testLine(best),
    };
    folder.writeModel(encodeSafetensors(pytorchStateDict(model)));
    const predictions = analyzePredictions(model, data.test, { classes: config.outputSize });
    folder.writePredictions(predictions);
    await logOutcome(folder.path, { config, end, predictions, terminal });
    folder.writeEnd(end);
    const seconds = (performance.now() - start) / 1000;
    terminal.write(
      `${run.name}  test accuracy ${percent(end.test.test_accuracy, 2)}  test loss ${end.test.test_loss.toFixed(4)}  (${seconds.toFixed(1)} s)\n`,
    );
    return {
      end,
      metrics: readMetrics(folder.metricsPath),
      activations,
      predictions,
      session: folder.sessions.at(-1) ?? null,
    };
  } catch (error) {
    throw error instanceof DivergenceError
      ? explainedDivergence(error, run.name, model)
      : explained(error, folder);
  } finally {
    await dispose();
  }
}

/** Checks the files of an earlier process, and records this one. */
function begin(folder: RunFolder, { step, validated }: LogContext, options: RunOptions): void {
  const { run, evaluateEvery } = folder.config;
  checkMetrics(folder.metricsPath, { step, evaluated: validated, evaluateEvery });
  const reached = step === 0 ? folder.reachedStep() : 0;
  if (reached > 0) {
    options.terminal.write(`${run}  starts again: it reached step ${reached} but has no checkpoint\n`);
  }
  noteSession(folder, step, options);
}

/**
 * Records the process that trains the run from here on, and warns if that may change the last bits.
 */
function noteSession(folder: RunFolder, from: number, { backend, terminal, dataSource }: RunOptions): void {
  const environment = describeEnvironment(backend);
  // Every process of the run counts, since an earlier one may have had another environment than the
  // last.
  const before = from > 0 ? folder.sessions : [];
  const changes = [...new Set(before.flatMap((session) => changesBetween(session, environment)))];
  if (changes.length > 0) {
    terminal.write(
      `Warning: this run was started in another environment: ${printable(changes.join('; '))}. It continues, but its numbers may differ in the ` +
        'last bits from those of an uninterrupted run.\n',
    );
  }
  folder.addSession({ ...environment, from, data: dataSource ?? null });
}
