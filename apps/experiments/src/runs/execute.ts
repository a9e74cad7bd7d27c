import { pytorchStateDict } from '@trainkit/nn';
import { encodeSafetensors } from '@trainkit/safetensors';
import { CheckpointStore } from '../checkpoint/store.js';
import { withPyTorch } from '../figures/pytorch.js';
import { analyzeActivations } from '../model/activations.js';
import { commandLine } from '../terminal/command-line.js';
import { percent } from '../terminal/format.js';
import { Progress } from '../terminal/progress.js';
import { RunLog } from '../training/run-log.js';
import { Trainer, type TrainerEvent } from '../training/trainer.js';
import { Training } from '../training/training.js';
import { configOf } from './definition.js';
import { describeEnvironment, environmentChanges } from './environment.js';
import { RunFolder } from './folder.js';
import type { RunOptions } from './options.js';
import type { FinishedRun, RunDefinition, RunResult } from './run.js';

/** What {@link executeRun} takes: also who hears of the training's steps. */
export interface ExecuteOptions extends RunOptions {
  /** Hears where the training is. */
  onEvent?: ((event: TrainerEvent) => void) | undefined;
}

/** Where a run belongs that a command makes. */
export function folderOf(run: RunDefinition, options: RunOptions): RunFolder {
  const { seed, steps, evaluateEvery, data, backend, out } = options;
  const choices = { seed, steps, evaluateEvery, backend: backend.name, data: data.identity };
  return RunFolder.of(out, configOf(run, choices));
}

/**
 * Looks whether the run can be made or read, and changes nothing: of several runs the last would else say it after all
 * others have trained.
 *
 * @throws UserError where its folder holds a run with another config, or what cannot be read
 */
export function checkRun(run: RunDefinition, options: RunOptions): void {
  if (!options.fresh) folderOf(run, options).finished();
}

/** Makes one run, or reads it from its folder if it is finished there; an interrupted one goes on. */
export async function executeRun(run: RunDefinition, options: ExecuteOptions): Promise<RunResult> {
  return executeIn(folderOf(run, options), run, options);
}

/** {@link executeRun} in a folder that is known, as that of a run which is resumed. */
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
      `${run.name}  finished before, read from ${folder.path} (\`run … --fresh\` makes it again)\n`,
    );
    return result(done);
  }
  const unlock = folder.lock();
  try {
    folder.prepare(options);
    return result(await trainIn(folder, run, options));
  } finally {
    unlock();
  }
}

/** Trains, from the last checkpoint on where there is one, with the progress on the terminal and all else in the folder. */
async function trainIn(folder: RunFolder, run: RunDefinition, options: ExecuteOptions): Promise<FinishedRun> {
  const { data, terminal, signal, onEvent } = options;
  const { config } = folder;
  const checkpoints = new CheckpointStore(folder.checkpointsPath, config);
  const from = checkpoints.load();
  for (const problem of from?.problems ?? []) terminal.write(`${problem}\n`);
  const activations = analyzeActivations(config, data.train);
  folder.writeActivations(activations);
  const training = new Training(config, data);
  try {
    if (from) {
      training.restore(from.state);
      terminal.write(`${run.name}  goes on after step ${training.step}, from ${from.path}\n`);
    } else {
      const reached = folder.reachedStep();
      if (reached > 0) {
        terminal.write(`${run.name}  begins again: it came to step ${reached}, and has no checkpoint\n`);
      }
    }
    noteSession(folder, training.step, options);
    const progress = new Progress(run.name, { steps: config.maxSteps, terminal, start: training.step });
    const log = new RunLog(folder.path, folder.metricsPath, {
      place: { step: training.step, evaluated: training.evaluated, evaluateEvery: config.evaluateEvery },
      onWarning: ({ message }) => progress.say(message),
    });
    try {
      const resumeAdvice = `Go on with: ${commandLine('resume', folder.path)}`;
      const parts = { config, data, training, log, checkpoints, progress, signal, resumeAdvice };
      const trainer = new Trainer(onEvent ? { ...parts, onEvent } : parts, from);
      const end = await trainer.run();
      folder.writeModel(encodeSafetensors(pytorchStateDict(training.model)));
      folder.writeEnd(end);
      progress.finish(
        `test accuracy ${percent(end.test.test_accuracy, 2)}  test loss ${end.test.test_loss.toFixed(4)}`,
      );
      return { end, metrics: log.written, activations };
    } catch (error) {
      progress.clear();
      throw error;
    } finally {
      await log.close();
    }
  } finally {
    training.dispose();
  }
}

/** Notes who makes the run from here on, and says so where that may change its last bits. */
function noteSession(folder: RunFolder, from: number, { backend, terminal, dataSource }: RunOptions): void {
  const environment = describeEnvironment(backend);
  // Every process counts that had a part in it: the last one may have been here, and an earlier one elsewhere.
  const before = from > 0 ? folder.sessions : [];
  const changes = [...new Set(before.flatMap((session) => environmentChanges(session, environment)))];
  if (changes.length > 0) {
    terminal.write(
      `Warning: this run was begun elsewhere: ${changes.join('; ')}. It goes on, but its numbers may differ in their ` +
        'last bits from those of a run that was not interrupted.\n',
    );
  }
  folder.addSession({ ...environment, from, data: dataSource ?? null });
}
