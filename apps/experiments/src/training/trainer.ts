import * as tf from '@tensorflow/tfjs-core';
import { pytorchStateDict } from '@trainkit/nn';
import type { CheckpointStage, CheckpointStore } from '../checkpoint/store.js';
import type { RunConfig } from '../config/schema.js';
import type { Dataset } from '../data/load.js';
import type { RunEnd } from '../runs/run.js';
import { createYielder, Interruption } from '../terminal/interruption.js';
import type { Progress } from '../terminal/progress.js';
import type { UserError } from '../terminal/user-error.js';
import { Divergence, explainDivergence, firstBrokenWeight } from './divergence.js';
import { scalar } from './evaluate.js';
import type { RunLog } from './run-log.js';
import { isEvaluationScheduled } from './scheduled.js';
import { StepClock } from './step-clock.js';
import type { StepTensors } from './train-step.js';
import type { Training } from './training.js';
import type { TrainingState } from './training-state.js';

/** How often the norm of the gradients and the speed are measured, in steps. */
const MEASURE_EVERY = 10;

/** Where a trainer is; the end-to-end tests end the process there. */
export type TrainerEvent =
  | { kind: 'step'; step: number }
  | { kind: 'evaluation'; step: number; batch: number }
  | { kind: 'checkpoint'; step: number; stage: CheckpointStage };

/** What a {@link Trainer} works with; all of it stays the caller's. */
export interface TrainerParts {
  config: RunConfig;
  data: Dataset;
  training: Training;
  log: RunLog;
  checkpoints: CheckpointStore;
  progress: Progress;
  /** Aborted where the person pressed Ctrl-C: the run ends after the running step, with a checkpoint. */
  signal: AbortSignal;
  /** What to tell the person then. */
  resumeAdvice: string;
  /** Hears where the trainer is. */
  onEvent?: (event: TrainerEvent) => void;
}

/**
 * The loop: trains to the last step, evaluates and saves on the way, and gives the model its final weights.
 *
 * Each turn of the loop is the same whether it follows another or a resume: what is due after a step (evaluation, then
 * checkpoint) is done at the loop's top, from what the training's state says of itself.
 */
export class Trainer {
  readonly #parts: TrainerParts;
  readonly #breathe: (where: string) => Promise<void>;
  #saved: { state: TrainingState; path: string } | null;
  #gradients: tf.NamedTensorMap | null = null;
  readonly #clock = new StepClock();

  /** @param from the checkpoint that the training was restored from, or null at the start */
  constructor(parts: TrainerParts, from: { state: TrainingState; path: string } | null = null) {
    this.#parts = parts;
    this.#breathe = createYielder(parts.signal);
    this.#saved = from;
  }

  /**
   * Trains to the end.
   *
   * @throws UserError where the loss is no longer finite, naming step, layer and last checkpoint; Interruption where the
   * signal was aborted, when the checkpoint is written
   */
  async run(): Promise<RunEnd> {
    try {
      await this.#loop();
      return this.#end();
    } catch (error) {
      throw await this.#explained(error);
    } finally {
      this.#forgetGradients();
    }
  }

  async #loop(): Promise<void> {
    const { config, training } = this.#parts;
    this.#clock.start(training.step);
    for (;;) {
      const { step } = training;
      const last = step >= config.maxSteps;
      const scheduled = this.#isScheduled(step);
      if (scheduled && !training.evaluated) await this.#evaluate();
      const due = scheduled || last || step % config.checkpointEvery === 0;
      if (step > 0 && due && !this.#isSaved()) await this.#save();
      if (last || training.exhausted) break;
      this.#step();
      await this.#breathe(`${config.run} after step ${training.step} of ${config.maxSteps}`);
    }
    // Not part of the checkpoint: with more steps the run would not have evaluated here, and not have drawn for it.
    if (!training.evaluated) await this.#evaluate();
  }

  #step(): void {
    const { config, training, log, progress, onEvent } = this.#parts;
    const step = training.step + 1;
    const scheduled = this.#isScheduled(step);
    // Not at the last step as such: with more steps it would be one like others, and its line the same.
    const measured = step % MEASURE_EVERY === 0 || scheduled;
    const evaluationFollows = scheduled || step === config.maxSteps;
    const learningRate = training.learningRate;
    const tensors = training.trainStep({ gradientNorm: measured, gradients: evaluationFollows });
    const { loss, accuracy, gradientNorm } = this.#read(tensors);
    if (!Number.isFinite(loss)) throw new Divergence(`train loss of step ${step} is ${loss}`, step);
    log.train(
      {
        step,
        train_loss: loss,
        train_accuracy: accuracy,
        learning_rate: learningRate,
        ...(measured && gradientNorm !== undefined ? { gradient_norm: finiteOrNull(gradientNorm) } : {}),
      },
      measured ? this.#clock.lap(step) : null,
    );
    progress.update({ step, loss, accuracy });
    onEvent?.({ kind: 'step', step });
  }

  /** The numbers of a step; keeps its gradients for the histograms, and disposes the rest. */
  #read({ loss, accuracy, gradientNorm, gradients }: StepTensors): {
    loss: number;
    accuracy: number;
    gradientNorm: number | undefined;
  } {
    this.#forgetGradients();
    this.#gradients = gradients ?? null;
    const numbers = {
      loss: scalar(loss),
      accuracy: scalar(accuracy),
      gradientNorm: gradientNorm && scalar(gradientNorm),
    };
    tf.dispose([loss, accuracy, gradientNorm ?? []]);
    return numbers;
  }

  async #evaluate(): Promise<void> {
    const { config, training, log, checkpoints, onEvent } = this.#parts;
    const { step } = training;
    let batch = 0;
    const test = await training.evaluate(async () => {
      onEvent?.({ kind: 'evaluation', step, batch: ++batch });
      await this.#breathe(`${config.run} in the evaluation after step ${step} of ${config.maxSteps}`);
    });
    if (!Number.isFinite(test.test_loss)) {
      throw new Divergence(`test loss after step ${step} is ${test.test_loss}`, null);
    }
    this.#checkWeights();
    log.histograms(training.model, this.#gradients, step);
    log.test(test);
    if (training.best?.step === step) checkpoints.saveBest(pytorchStateDict(training.model), test);
    this.#forgetGradients();
    this.#clock.start(training.step);
  }

  async #save(): Promise<void> {
    const { training, log, checkpoints, onEvent } = this.#parts;
    const { step } = training;
    this.#checkWeights();
    const state = training.state();
    await log.sync();
    const path = checkpoints.save(state, (stage) => onEvent?.({ kind: 'checkpoint', step, stage }));
    this.#saved = { state, path };
    this.#clock.start(training.step);
  }

  /** Weights that are not finite are neither logged nor saved. */
  #checkWeights(): void {
    const { model, step } = this.#parts.training;
    const broken = firstBrokenWeight(model);
    if (broken) throw new Divergence(`${broken} after the update of step ${step}`, null);
  }

  #isSaved(): boolean {
    const { step, evaluated } = this.#parts.training;
    return this.#saved?.state.step === step && this.#saved.state.evaluated === evaluated;
  }

  #end(): RunEnd {
    const { config, training, log, checkpoints } = this.#parts;
    const last = log.written.test.at(-1);
    const { best, step } = training;
    if (!last || !best) throw new Error(`${config.run} ended without an evaluation.`);
    // What an earlier end wrote may have been the best only then.
    checkpoints.saveBest(training.atBest(pytorchStateDict), best);
    if (config.earlyStopping) training.restoreBest();
    const test = config.earlyStopping ? best : last;
    return { step, stoppedEarly: step < config.maxSteps, test, best };
  }

  /** The error with what a person can do about it; at an interruption the training is saved first. */
  async #explained(error: unknown): Promise<unknown> {
    if (error instanceof Divergence) return this.#diverged(error);
    if (!(error instanceof Interruption)) return error;
    const { training, resumeAdvice } = this.#parts;
    try {
      if (training.step > 0 && !this.#isSaved()) await this.#save();
    } catch (failure) {
      return this.#explained(failure);
    }
    return error.withAdvice(resumeAdvice);
  }

  #diverged(divergence: Divergence): Promise<UserError> {
    const { config, data, training, progress } = this.#parts;
    const breathe = () => this.#breathe(`${config.run} while the layer was looked for`);
    return explainDivergence(divergence, { config, data, training, saved: this.#saved, progress, breathe });
  }

  #isScheduled(step: number): boolean {
    return isEvaluationScheduled(this.#parts.config, step);
  }

  #forgetGradients(): void {
    tf.dispose(this.#gradients ?? []);
    this.#gradients = null;
  }
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
