import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import type { TrainEvent } from '../logging/logger.js';
import type { Loggers } from '../logging/loggers.js';
import type { RunResult } from '../runs/run-folder.js';
import { freeze } from '../state/freeze.js';
import type { StateFile } from '../state/state-file.js';
import type { StepOutputs } from '../steps/train-step.js';
import { type DivergenceError, NotFinite } from './divergence.js';
import { explainDivergence } from './explain-divergence.js';
import { Interrupted } from './interrupted.js';
import { locateByHooks } from './locate.js';
import type { FitOptions, TrainerOptions } from './options.js';
import type { Saved } from './saved.js';
import { StepClock } from './step-clock.js';
import { firstBrokenWeight, notFinite } from './trained-model.js';
import type { Training, Validation } from './training.js';
import { createYielder } from './yield-to-event-loop.js';

/** The parts that a {@link Fit} works with. */
export interface FitParts<Batch> {
  options: TrainerOptions<Batch>;
  fit: FitOptions;
  training: Training<Batch>;
  loggers: Loggers;
  signal: AbortSignal;
  /** The last checkpoint, or the initial state; null if a part has no state. */
  saved: Saved | null;
  /** Writes a checkpoint; null if a part has no state. */
  save: ((file: StateFile) => Promise<Saved>) | null;
  /** Writes the best weights so far, if the run has a folder. */
  saveBest: () => Promise<void>;
}

/**
 * The time in milliseconds after Ctrl-C in which a step of several passes may finish, so that it is
 * not lost.
 */
const STEP_ENDS_WITHIN = 5_000;

/**
 * The loop of one fit.
 *
 * Each iteration is the same after a resume as after another iteration: validation and checkpoint
 * of the last step are done at the loop's top, as the training's state requires. So no kind of
 * interruption needs special code.
 */
export class Fit<Batch> {
  readonly #parts: Omit<FitParts<Batch>, 'saved'>;
  readonly #yieldToEventLoop: () => Promise<void>;
  readonly #clock = new StepClock();
  #gradients: NamedTensorMap | null = null;
  #saved: Saved | null;
  /** The time at which a step noticed the abort. */
  #abortedAt: number | null = null;

  constructor({ saved, ...parts }: FitParts<Batch>) {
    this.#parts = parts;
    // Stored separately, so that the initial state is freed at the first checkpoint.
    this.#saved = saved;
    this.#yieldToEventLoop = createYielder(parts.fit.yieldEvery);
  }

  /** The last checkpoint. */
  get saved(): Saved | null {
    return this.#saved;
  }

  /** True if a validation is due before the next step. */
  get validates(): boolean {
    const { training, options, fit } = this.#parts;
    const { step } = training;
    if (options.validate === undefined || training.validated) return false;
    return this.#isScheduled(step) || step >= fit.steps || training.stops;
  }

  /**
   * Trains to the end. `finish` runs while the training has the results of a validation that only
   * the end causes.
   *
   * @throws DivergenceError, Interrupted, and any error of the user's functions
   */
  async run(finish: (result: RunResult) => Promise<void>): Promise<RunResult> {
    try {
      await this.#loop();
      return await this.#end(finish);
    } catch (error) {
      throw await this.#explained(error);
    } finally {
      this.#forgetGradients();
    }
  }

  async #loop(): Promise<void> {
    const { training, fit } = this.#parts;
    this.#clock.start(training.step);
    for (;;) {
      const { step } = training;
      const last = step >= fit.steps;
      const scheduled = this.#isScheduled(step);
      if (scheduled && !training.validated) await this.#validate();
      const regular = fit.checkpointEvery !== undefined && step % fit.checkpointEvery === 0;
      if (step > 0 && (scheduled || last || regular) && !this.#isSaved()) await this.#save();
      if (last || training.stops) return;
      this.#throwIfAborted();
      await this.#step();
      await this.#yieldToEventLoop();
    }
  }

  async #step(): Promise<void> {
    const { training, fit, options, loggers } = this.#parts;
    const {
      every = 10,
      gradientNorm = false,
      learningRate = true,
      histograms = false,
    } = options.measure ?? {};
    const step = training.step + 1;
    const scheduled = this.#isScheduled(step);
    // The last step is not special: in a longer run it would be one like others, with the same
    // numbers.
    const measured = step % every === 0 || scheduled;
    const validationFollows = options.validate !== undefined && (scheduled || step === fit.steps);
    const rates = learningRate ? training.learningRates : {};
    const stepped = await training.takeStep(
      { gradientNorm: gradientNorm && measured, gradients: histograms && validationFollows },
      () => this.#betweenPasses(),
    );
    const { values, tensors } = await this.#read(stepped);
    try {
      const loss = values['train/loss'];
      if (!Number.isFinite(loss)) throw new NotFinite(`train/loss of step ${step} is ${loss}`, 'step', step);
      // A number of the step with that name takes precedence over ours.
      for (const [name, rate] of Object.entries(rates)) values[`train/${name}`] ??= rate;
      training.note({ step, values });
      const speed = measured ? this.#clock.lap(step) : null;
      const clock: TrainEvent['clock'] = speed === null ? {} : { 'train/steps_per_second': speed };
      loggers.train({ step, values, clock, tensors });
    } finally {
      dispose(tensors);
    }
  }

  /**
   * Handles signals between the passes of a step that accumulates. If the step takes too long after
   * Ctrl-C, it is abandoned: it may have thousands of passes to go.
   */
  async #betweenPasses(): Promise<void> {
    await this.#yieldToEventLoop();
    if (!this.#parts.signal.aborted) return;
    this.#abortedAt ??= performance.now();
    if (performance.now() - this.#abortedAt > STEP_ENDS_WITHIN) this.#throwIfAborted();
  }

  /**
   * Reads the numbers of a step; keeps its gradients for the histograms, and disposes the tensors
   * that have been read.
   */
  async #read(stepped: StepOutputs): Promise<{ values: Record<string, number>; tensors: NamedTensorMap }> {
    const { loss, tensors, numbers, gradientNorm, gradients } = stepped;
    this.#forgetGradients();
    this.#gradients = gradients ?? null;
    const scalars: Record<string, Tensor> = { 'train/loss': loss };
    const others: NamedTensorMap = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      (tensor.size === 1 ? scalars : others)[`train/${name}`] = tensor;
    }
    if (gradientNorm !== undefined) scalars['train/gradient_norm'] = gradientNorm;
    const names = Object.keys(scalars);
    try {
      const read = await Promise.all(names.map((name) => scalars[name]!.data()));
      const values = Object.fromEntries(names.map((name, i) => [name, Number(read[i]![0])]));
      for (const [name, number] of Object.entries(numbers)) values[`train/${name}`] = number;
      return { values, tensors: others };
    } finally {
      for (const tensor of Object.values(scalars)) tensor.dispose();
    }
  }

  async #validate(): Promise<Validation> {
    const { training, loggers, options, signal } = this.#parts;
    const validation = await training.validate({ signal });
    const { step, values, best } = validation;
    const loss = values['validation/loss'];
    if (loss !== undefined && !Number.isFinite(loss)) {
      throw new NotFinite(`validation/loss after step ${step} is ${loss}`, 'validation', step);
    }
    const model = await training.readModel();
    this.#checkWeights(model);
    if (best) await training.keepBest();
    if (options.measure?.histograms === true) loggers.histograms({ step, tensors: this.#histograms() });
    loggers.validation(validation);
    if (best) {
      await this.#parts.saveBest();
      await options.onBest?.({ step, values });
    }
    this.#forgetGradients();
    this.#clock.start(step);
    return validation;
  }

  async #save(): Promise<void> {
    const { training, loggers, save } = this.#parts;
    const { step } = training;
    if (save === null) {
      this.#checkWeights(await training.readModel());
      return;
    }
    const { states, values } = await training.state();
    this.#checkWeights(states['model'] ?? null);
    // The events that a checkpoint covers are on the disk before it.
    await loggers.flush();
    const logs = await freeze('the loggers’ state', loggers.states());
    this.#saved = await save({ states, values: { ...values, logs } });
    loggers.checkpoint({ step, path: this.#saved.path });
    this.#clock.start(step);
  }

  /** Weights that are not finite are neither logged nor saved. */
  #checkWeights(model: Parameters<typeof firstBrokenWeight>[0]): void {
    const { step } = this.#parts.training;
    const broken = firstBrokenWeight(model);
    if (broken !== null) throw new NotFinite(`${broken} after the update of step ${step}`, 'weights', step);
  }

  async #end(finish: (result: RunResult) => Promise<void>): Promise<RunResult> {
    const { training, options } = this.#parts;
    // Not part of the checkpoint: a longer run would not have validated here, and not have drawn
    // random numbers for it.
    const isExtra = !training.validated && options.validate !== undefined;
    const side = isExtra ? await training.readSide() : null;
    // A validation of averages may compute running statistics for them.
    const own = isExtra ? await training.readModel() : null;
    if (isExtra) await this.#validate();
    const { step, validation, best } = training;
    const result: RunResult = { step, stopped: training.stops ? 'early' : 'steps', validation, best };
    await finish(result);
    await training.enterResult(options.restoreBest === true, own);
    training.keepEnd();
    if (side !== null) await training.restoreSide(side);
    return result;
  }

  /** Parameters and gradients by their paths; right after a resume there are no gradients. */
  #histograms(): Record<string, Tensor> {
    const entries = this.#parts.training.model.named().flatMap(([path, variable]): [string, Tensor][] => {
      const gradient = this.#gradients?.[variable.name];
      // A finite loss may have infinite gradients, which a histogram cannot show.
      const isKnown = gradient !== undefined && notFinite(gradient) === null;
      return [
        [`weights/${path}`, variable],
        ...(isKnown ? [[`gradients/${path}`, gradient] as [string, Tensor]] : []),
      ];
    });
    return Object.fromEntries(entries);
  }

  /** Explains the error with advice; at an interruption, a checkpoint is written first. */
  async #explained(error: unknown): Promise<unknown> {
    if (error instanceof NotFinite) return this.#diverged(error);
    if (!(error instanceof Interrupted)) return error;
    const { training, save, fit, signal } = this.#parts;
    if (training.torn) return this.#gaveUpStep();
    try {
      if (training.step > 0 && save !== null && !this.#isSaved()) await this.#save();
    } catch (failure) {
      return failure instanceof NotFinite ? this.#diverged(failure) : failure;
    }
    const { step } = training;
    const advice =
      fit.folder === undefined && fit.checkpoints === undefined
        ? 'Call fit again to resume.'
        : 'It is saved: run the program again to resume.';
    return new Interrupted(`Interrupted after step ${step} of ${fit.steps}. ${advice}`, {
      step,
      reason: signal.reason,
    });
  }

  /**
   * The error for a step that was abandoned between two passes: their batches and random numbers
   * are lost.
   */
  #gaveUpStep(): Interrupted {
    const { training, signal } = this.#parts;
    const step = this.#saved?.step ?? 0;
    return new Interrupted(
      `Interrupted in step ${training.step + 1}, between two passes. The training goes on from ${step === 0 ? 'its start' : `the checkpoint of step ${step}`}; a smaller accumulate ends in order.`,
      { step, reason: signal.reason },
    );
  }

  #diverged(found: NotFinite): Promise<DivergenceError> {
    const { training, loggers, options, signal } = this.#parts;
    loggers.message(
      `${found.message}. Looking for the layer, from step ${this.#saved?.step ?? found.step} on…`,
    );
    return explainDivergence(found, {
      training,
      saved: this.#saved,
      locate: options.locate ?? locateByHooks(options.model),
      validateEvery: options.validate?.every,
      signal,
      yieldToEventLoop: this.#yieldToEventLoop,
    });
  }

  #isSaved(): boolean {
    const { step, validated } = this.#parts.training;
    return this.#saved?.step === step && this.#saved.validated === validated;
  }

  #isScheduled(step: number): boolean {
    const every = this.#parts.options.validate?.every;
    return step > 0 && every !== undefined && step % every === 0;
  }

  #throwIfAborted(): void {
    const { signal, training } = this.#parts;
    if (signal.aborted) throw new Interrupted('Interrupted.', { step: training.step, reason: signal.reason });
  }

  #forgetGradients(): void {
    dispose(this.#gradients ?? []);
    this.#gradients = null;
  }
}
