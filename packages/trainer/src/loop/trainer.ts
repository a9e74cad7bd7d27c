import { expected } from '@trainkit/checks';
import { Loggers, loggersOf } from '../logging/loggers.js';
import { Checkpoints } from '../runs/checkpoints.js';
import type { RunFolder, RunResult } from '../runs/run-folder.js';
import { thaw } from '../state/freeze.js';
import { collect } from '../state/state-file.js';
import type { StateTree } from '../state/stateful.js';
import { isFrozenObject } from '../state/tensor-data.js';
import type { Validated } from './early-stopping.js';
import { Fit } from './fit.js';
import { type FitStart, startFromStore, startInMemory } from './fit-start.js';
import { checkFitOptions, checkTrainerOptions, type FitOptions, type TrainerOptions } from './options.js';
import { type Saved, unpacked } from './saved.js';
import { stopSignal } from './stop-signal.js';
import { Training } from './training.js';

/** The result of {@link Trainer.fit}: the contents of `result.json`. */
export type FitResult = RunResult;

const BEST = 'best.safetensors';
const MODEL = 'model.safetensors';

/**
 * A training loop with exact resume: an interrupted and resumed run gives the bytes of an
 * uninterrupted one.
 *
 * The step is ordinary TensorFlow.js; the trainer minimizes its `loss` over the model's trainable
 * variables. On tfjs-node the step is captured and replayed as one graph, with the same bytes; the
 * README of `@trainkit/capture` lists what may change between steps. Model, optimizer, batches and
 * state belong to the caller: {@link dispose} frees only the trainer's own tensors.
 *
 * Each iteration of the loop runs a validation if it is due, a checkpoint if it is due, and a step.
 * A validation that only the last step causes is not part of the checkpoint, so a fit with more
 * `steps` continues the run to the bytes of a longer one.
 *
 * A schedule-free optimizer holds averages to evaluate beside the values that it trains. The
 * averages are validated, kept as the best weights, and written to files of weights; checkpoints
 * have the training values. After a fit the model has the averages: write `optimizer.train()`
 * before steps of your own.
 *
 * The trap: an object with a state that is not in `state` is not in a checkpoint; of the generators
 * only the default one is included.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Trainer } from '@trainkit/trainer';
 *
 * await tf.setBackend('cpu');
 * const weight = tf.variable(tf.scalar(0));
 * const batches = [{ x: tf.tensor1d([1, 2]), y: tf.tensor1d([2, 4]) }];
 * const trainer = new Trainer({
 *   model: { weight },
 *   optimizer: tf.train.sgd(0.1),
 *   batches,
 *   step: ({ x, y }) => ({ loss: tf.losses.meanSquaredError(y, tf.mul(x, weight)) }),
 * });
 * const { step } = await trainer.fit({ steps: 20 });
 * console.log(step, weight.dataSync()[0]?.toFixed(4)); // → 20 2.0000
 * ```
 */
export class Trainer<Batch> {
  readonly #options: TrainerOptions<Batch>;
  readonly #training: Training<Batch>;
  #loggers = new Loggers([]);
  /** The last checkpoint in memory. */
  #saved: Saved | null = null;
  #running = false;
  #disposed = false;

  /** @throws TypeError or RangeError naming the option that is wrong */
  constructor(options: TrainerOptions<Batch>) {
    this.#options = checkTrainerOptions(options);
    this.#training = new Training(options, (reason) =>
      this.#loggers.message(`The step stays eager: ${reason}.`),
    );
  }

  /** The completed steps. */
  get step(): number {
    return this.#training.step;
  }

  /** The best validation so far; null if there is none, or no criterion. */
  get best(): Validated | null {
    return this.#training.best;
  }

  /**
   * Trains until `steps` steps are completed in total, or until the stop criterion ends the run.
   *
   * With a `folder` the run resumes from its last checkpoint. A finished run is not trained again:
   * the model gets its weights, and its result is returned. More steps than before continue it.
   * With only `checkpoints` it resumes in the same way, and the caller handles the rest. Without
   * both, a second call continues in memory.
   *
   * @throws Interrupted after Ctrl-C, SIGTERM or an aborted `signal`, after the checkpoint is
   *   written; DivergenceError if a loss or a weight is not finite, naming step, layer and last
   *   good checkpoint; Error if the folder belongs to another run or process; and any error of
   *   step, validation and loggers
   */
  async fit(options: FitOptions): Promise<FitResult> {
    const fit = checkFitOptions(options);
    this.#checkAlive();
    if (this.#running)
      throw new Error(
        'fit: this trainer is training already; expected one fit at a time. Await the first one.',
      );
    this.#running = true;
    try {
      const { folder, checkpoints: store } = fit;
      if (folder !== undefined) return await this.#fitIn(folder, fit);
      const saved = this.#saved;
      const training = this.#training;
      const start =
        store === undefined
          ? await startInMemory(training, { saved, steps: fit.steps })
          : await startFromStore(training, { store, folder: null, saved, steps: fit.steps });
      return await this.#run(fit, start);
    } finally {
      this.#running = false;
    }
  }

  /**
   * The complete state of the training for {@link loadStateDict}: a tree of plain JSON and new
   * tensors, which belong to the caller.
   */
  async stateDict(): Promise<StateTree> {
    this.#checkAlive();
    if (this.#training.torn) {
      throw new Error(
        'Trainer.stateDict: the last step failed half-way, so there is no state between two steps. Call fit, which restores the last checkpoint.',
      );
    }
    const { states, values } = await this.#training.state();
    return thaw({ states, values });
  }

  /** Loads a state that {@link stateDict} returned; if it throws, nothing has changed. */
  async loadStateDict(state: unknown): Promise<void> {
    this.#checkAlive();
    this.#checkIdle('loadStateDict');
    const { values } = await collect('Trainer.loadStateDict', { state });
    const file = values['state'];
    const { states, values: progress } = isFrozenObject(file) ? file : {};
    if (!isFrozenObject(states) || !isFrozenObject(progress)) {
      throw new TypeError(expected('Trainer.loadStateDict', 'state', state, 'what stateDict() returned'));
    }
    await this.#training.load({ states, values: progress });
    this.#saved = null;
  }

  /**
   * Calls `look` while the model has the weights of the best validation; its own weights are
   * restored afterwards.
   *
   * @throws Error if no validation was the best
   */
  async atBest<T>(look: () => T | Promise<T>): Promise<T> {
    this.#checkAlive();
    if (this.best === null)
      throw new Error('Trainer: no validation was the best yet. Give best or stop, and validate first.');
    return this.#training.atBest(look);
  }

  /**
   * Frees the recorded steps and leaves the epoch; model, optimizer and batches belong to the
   * caller. The position in the epoch is lost, so nothing can be trained or saved afterwards.
   */
  async dispose(): Promise<void> {
    this.#checkIdle('dispose');
    this.#disposed = true;
    await this.#training.dispose();
  }

  async #fitIn(folder: RunFolder, fit: FitOptions): Promise<FitResult> {
    await folder.check();
    const done = await this.#finished(folder, fit);
    if (done !== null) return done;
    const unlock = await folder.store.lock();
    try {
      // Another process may have begun the run in between.
      await folder.check();
      const { store } = folder;
      const start = await startFromStore(this.#training, {
        store,
        folder,
        saved: this.#saved,
        steps: fit.steps,
      });
      // After the state was read: a part without a state is an error before anything is written.
      await folder.prepare();
      const ended = await folder.result();
      if (ended !== null) {
        // Before training continues: a manual change must not become valid with the next result.
        await folder.checkUnchanged();
        await folder.reopen(ended.step);
      }
      const changes = await folder.noteEnvironment(this.#training.step);
      return await this.#run(fit, { ...start, problems: [...start.problems, ...changes] });
    } finally {
      await unlock();
    }
  }

  async #run(fit: FitOptions, { saved, save, logs, path, problems }: FitStart): Promise<FitResult> {
    const training = this.#training;
    const { folder } = fit;
    this.#saved = saved;
    const loggers = new Loggers(loggersOf(fit.log));
    this.#loggers = loggers;
    const { signal, release } = stopSignal(fit);
    const saveBest = () => this.#saveBest(folder);
    const loop = new Fit({ options: this.#options, fit, training, loggers, signal, saved, save, saveBest });
    let failure: unknown = null;
    let result: FitResult | null = null;
    try {
      const { step, validated, last } = training;
      const event = last === null ? null : { ...last, clock: {}, tensors: {} };
      const context = {
        step,
        steps: fit.steps,
        validated,
        mayHaveValidated: loop.validates || (await this.#endedHere(fit)),
        last: event,
        folder: path,
        store: folder?.store,
        checkpoint: saved?.path ?? null,
      };
      await loggers.begin(context, logs);
      for (const problem of problems) loggers.message(problem);
      result = await loop.run(async (end) => {
        if (folder === undefined) return;
        await this.#saveBest(folder);
        await folder.writeWeights(MODEL, await this.#finalWeights(), { step: `${end.step}` });
        await loggers.flush();
        await folder.finish(end);
      });
      return result;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#saved = loop.saved;
      release();
      this.#loggers = new Loggers([]);
      const { step, validation, last } = training;
      // A validation that only the end caused is not part of the training's state.
      const values = { ...last?.values, ...(result?.validation ?? validation)?.values };
      const ended = loggers.end({ step, error: failure, values });
      // The first error says more than its consequences.
      await (failure === null ? ended : ended.catch(() => undefined));
    }
  }

  /** The weights of the model when the fit is over. */
  async #finalWeights() {
    const best = this.#options.restoreBest === true ? await this.#training.bestWeights() : null;
    return best ?? this.#training.weights();
  }

  async #saveBest(folder: RunFolder | undefined): Promise<void> {
    const { best } = this;
    if (folder === undefined || best === null) return;
    const weights = await this.#training.bestWeights();
    if (weights === null) return;
    const numbers = Object.entries(best.values).map(([name, value]) => [name, `${value}`]);
    await folder.writeWeights(BEST, weights, { step: `${best.step}`, ...Object.fromEntries(numbers) });
  }

  /**
   * The result of a finished run in its folder, if the model can be given its weights; else null.
   */
  async #finished(folder: RunFolder, fit: FitOptions): Promise<FitResult | null> {
    const result = await folder.result();
    if (result === null || (result.step !== fit.steps && result.stopped !== 'early')) return null;
    // Checked without the lock, since another process may hold the folder; so nothing is written.
    const from = await new Checkpoints(folder.store).load({ setAside: false });
    if (from === null) return null;
    const { file } = unpacked(from.file);
    if (file.values['step'] !== result.step) return null;
    await folder.checkUnchanged();
    await this.#training.load(file);
    // A validation caused only by the end is not in the checkpoint: if it was the best, the model
    // has its weights.
    const isBefore = result.best?.step !== result.step;
    await this.#training.enterResult(this.#options.restoreBest === true && isBefore);
    return result;
  }

  /**
   * True if an earlier process may have ended at the training's step, with a validation that only
   * its end caused.
   */
  async #endedHere({ folder, checkpoints }: FitOptions): Promise<boolean> {
    const { step, validated } = this.#training;
    if (validated || this.#options.validate === undefined) return false;
    // A store alone does not record it.
    return folder === undefined ? checkpoints !== undefined : (await folder.endedAt()) === step;
  }

  #checkIdle(method: string): void {
    if (this.#running)
      throw new Error(
        `Trainer.${method}: a fit is running, which would continue with other data. Abort its signal, await it, and call ${method} then.`,
      );
  }

  #checkAlive(): void {
    if (this.#disposed)
      throw new Error(
        'Trainer: this trainer is disposed. Call stateDict() before dispose(), or make a new Trainer.',
      );
  }
}
