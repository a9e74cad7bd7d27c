import { Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { disposeBatch } from '@trainkit/checks/tensor';
import type { SafeTensor } from '@trainkit/safetensors';
import { RunError } from '../runs/run-error.js';
import { loadParts, readPart, readParts } from '../state/load-parts.js';
import type { Part } from '../state/part.js';
import { partOf } from '../state/parts.js';
import type { StateFile } from '../state/state-file.js';
import type { Frozen } from '../state/tensor-data.js';
import { BatchSource } from '../steps/batch-source.js';
import { type StepMeasures, type StepOutputs, TrainStep } from '../steps/train-step.js';
import { type AveragingOptimizer, averagingOptimizer } from './averaging-optimizer.js';
import { DEFAULT_GENERATOR, DefaultGeneratorPart } from './default-generator.js';
import { bestBy, type StopCriterion, type Validated } from './early-stopping.js';
import { learningRates } from './learning-rates.js';
import type { TrainerOptions, ValidationContext } from './options.js';
import { checkOptimizer, type TrainedModel, trainedModel } from './trained-model.js';
import {
  progressValues,
  readProgress,
  type StepNumbers,
  type TrainingProgress,
} from './training-progress.js';
import { weightsOf } from './weights.js';

/** The result of a validation. */
export interface Validation extends Validated {
  extras: Readonly<Record<string, unknown>>;
  /** True if it is the best so far. */
  best: boolean;
}

/**
 * The state that a validation changes beside the model; restored if the validation does not count.
 */
interface Side {
  states: Record<string, Frozen>;
  progress: TrainingProgress;
}

/** The state of the training while the model has the weights that a fit results in. */
interface Own {
  model: Frozen;
  /** The state of an optimizer that averages, which has none while averages are evaluated. */
  optimizer: Frozen | null;
  /** True if the result is the best validation's model. */
  best: boolean;
}

/**
 * A training in memory: model, optimizer, the position in the batches and in the random numbers.
 *
 * It is independent of files, loggers and clocks. Between two steps its state determines the rest
 * of the training.
 */
export class Training<Batch> {
  readonly model: TrainedModel;
  readonly #options: TrainerOptions<Batch>;
  readonly #batches: BatchSource<Batch>;
  readonly #step: TrainStep<Batch>;
  readonly #judges: Record<string, StopCriterion>;
  readonly #defaultGenerator: DefaultGeneratorPart;
  #progress: TrainingProgress = { step: 0, validated: false, last: null, validation: null, bestModel: null };
  /** The training's own state, while the model has the weights that a fit results in. */
  #own: Own | null = null;
  readonly #averaging: AveragingOptimizer | null;
  /**
   * The best validation after a validation that only the end caused; not part of the state, and
   * kept until the next step.
   */
  #atEnd: { best: Validated | null; bestModel: Frozen | null } | null = null;
  #torn = false;

  constructor(options: TrainerOptions<Batch>, onEager: (reason: string) => void) {
    const { model, optimizer, batches, step, stop, best, clipGradNorm, accumulate = 1, examples } = options;
    this.#options = options;
    this.model = trainedModel(model);
    checkOptimizer(this.model, optimizer);
    this.#averaging = averagingOptimizer(optimizer);
    this.#batches = new BatchSource(batches);
    this.#judges = { ...(stop ? { stop } : {}), ...(best ? { best: bestBy(best) } : {}) };
    this.#defaultGenerator = new DefaultGeneratorPart(options.state);
    this.#step = new TrainStep({
      step,
      variables: () => this.model.variables(),
      optimizer,
      maxNorm: clipGradNorm ?? null,
      accumulate,
      examples,
      disposeBatches: options.disposeBatches ?? !Array.isArray(batches),
      capture: options.capture ?? true,
      onEager,
    });
  }

  /** The completed steps. */
  get step(): number {
    return this.#progress.step;
  }

  /** True if the validation after {@link step} is done. */
  get validated(): boolean {
    return this.#progress.validated;
  }

  /** The numbers of the last step; null before the first. */
  get last(): StepNumbers | null {
    return this.#progress.last;
  }

  /** The last validation; null before the first. */
  get validation(): Validated | null {
    return this.#progress.validation;
  }

  /** The best validation so far; null if there is none, or no criterion. */
  get best(): Validated | null {
    return this.#atEnd?.best ?? this.#judge?.best ?? null;
  }

  /** True if the stop criterion ends the run. */
  get stops(): boolean {
    return this.#options.stop?.stops ?? false;
  }

  /** True if a step failed half-way, so that the memory holds no valid state. */
  get torn(): boolean {
    return this.#torn;
  }

  /** The learning rates of the next step. */
  get learningRates(): Record<string, number> {
    return learningRates(this.#options.optimizer);
  }

  get #judge(): StopCriterion | undefined {
    return this.#judges['best'] ?? this.#judges['stop'];
  }

  /** Makes one update; its tensors belong to the caller. */
  async takeStep(measured: StepMeasures, betweenPasses?: () => Promise<void>): Promise<StepOutputs> {
    this.#torn = true;
    this.#atEnd = null;
    const stepped = await this.#step.run(() => this.#batches.next(), measured, betweenPasses);
    this.#progress = { ...this.#progress, step: this.step + 1, validated: false };
    this.#torn = false;
    return stepped;
  }

  /** Stores the numbers of the completed step. */
  note(last: StepNumbers): void {
    this.#progress = { ...this.#progress, last };
  }

  /** Marks the memory as invalid except for {@link load}, since its numbers are not finite. */
  tear(): void {
    this.#torn = true;
  }

  /**
   * Validates the model now. A validation that throws may have changed only the model's buffers.
   */
  async validate(context: Omit<ValidationContext, 'step'>): Promise<Validation> {
    const { validate } = this.#options;
    if (validate === undefined) throw new Error('Trainer: there is nothing to validate with.');
    const side = await this.readSide();
    this.#atEnd = null;
    try {
      const { step } = this;
      const { values, extras } = await sorted(
        await this.#evaluated(async () => validate.run({ step, ...context })),
      );
      for (const [name, judge] of Object.entries(this.#judges)) {
        if (name === 'stop' && judge !== this.#judge) judge.update({ step, values });
      }
      const best = this.#judge?.update({ step, values }) ?? false;
      this.#progress = { ...this.#progress, validated: true, validation: { step, values } };
      return { step, values, extras, best };
    } catch (error) {
      await this.restoreSide(side);
      throw error;
    }
  }

  /** Stores the weights that were validated as those of the best validation. */
  async keepBest(): Promise<void> {
    const bestModel = await this.#evaluated(() => this.readModel());
    this.#progress = { ...this.#progress, bestModel };
  }

  /** Keeps the best validation while the state is restored to that before the end. */
  keepEnd(): void {
    this.#atEnd = { best: this.best, bestModel: this.#bestModel };
  }

  /** The model's state, copied. */
  readModel(): Promise<Frozen> {
    return readPart('model', this.model.part);
  }

  /** Copies the state that a validation changes beside the model. */
  async readSide(): Promise<Side> {
    return { states: await readParts(this.#sideParts()), progress: this.#progress };
  }

  /** Restores the state of {@link readSide}. */
  async restoreSide({ states, progress }: Side): Promise<void> {
    await loadParts(this.#sideParts(), states);
    this.#progress = progress;
  }

  /**
   * A copy of the complete state of the training.
   *
   * @throws Error if a part has no state, or an incomplete one
   */
  async state(): Promise<StateFile> {
    const { [DEFAULT_GENERATOR]: generator = null, ...parts } = await this.#readParts();
    const states = generator === null ? parts : { ...parts, [DEFAULT_GENERATOR]: generator };
    const progress = this.#progress;
    // If the last validation is the best, the model already has the weights that were validated.
    const bestIsNow =
      this.#averaging === null && progress.validated && this.#judge?.best?.step === progress.step;
    const values = progressValues(bestIsNow ? { ...progress, bestModel: null } : progress);
    const { accumulate = 1 } = this.#options;
    return { states, values: accumulate === 1 ? values : { ...values, accumulate } };
  }

  /** Loads a {@link state}; if it throws, nothing has changed. */
  async load({ states, values }: StateFile): Promise<void> {
    const parts = this.#parts();
    const problems = [
      ...Object.keys(parts)
        .filter((name) => name !== DEFAULT_GENERATOR && !Object.hasOwn(states, name))
        .map((name) => `it lacks ${name}`),
      ...Object.keys(states)
        .filter((name) => !Object.hasOwn(parts, name))
        .map((name) => `it has ${name}`),
    ];
    if (problems.length > 0) {
      throw new RunError(
        'checkpoint',
        `Trainer: the checkpoint was saved by a trainer with other parts: ${problems.join('; ')}.`,
        'Make the trainer with the same state, stop and best.',
      );
    }
    const progress = readProgress(values);
    const { accumulate = 1 } = this.#options;
    if ((values['accumulate'] ?? 1) !== accumulate) {
      throw new RunError(
        'checkpoint',
        `Trainer: the checkpoint was saved with accumulate ${show(values['accumulate'] ?? 1)}, and this trainer has ${accumulate}.`,
        'Make the trainer with that value.',
      );
    }
    const own = this.#own;
    await this.leaveResult();
    try {
      await loadParts(parts, states);
    } catch (error) {
      if (own !== null) await this.enterResult(own.best);
      throw withAdvice(error);
    }
    this.#atEnd = null;
    const bestModel = progress.bestModel ?? (this.best === null ? null : (states['model'] ?? null));
    this.#progress = { ...progress, bestModel };
    this.#torn = false;
  }

  /**
   * Gives the model the weights that a fit results in, until {@link leaveResult}: with `best` those
   * of the best validation, else the averages of an optimizer that averages.
   *
   * @param model the training's own weights, if something has changed them since
   */
  async enterResult(best: boolean, model: Frozen | null = null): Promise<void> {
    const bestModel = best ? this.#bestModel : null;
    if (bestModel === null && this.#averaging === null) return;
    if (this.#own === null) {
      const optimizer = this.#averaging === null ? null : await readPart('optimizer', this.#optimizerPart());
      this.#own = { model: model ?? (await this.readModel()), optimizer, best };
    }
    this.#averaging?.eval();
    if (bestModel !== null) await this.#loadModel(bestModel);
  }

  /** Gives the model its own weights again, and the optimizer its training values. */
  async leaveResult(): Promise<void> {
    if (this.#own === null) return;
    this.#averaging?.train();
    // The optimizer goes by the weights as they are, which may be those of the best validation.
    await this.#loadModel(this.#own.model);
    this.#own = null;
  }

  /** Calls `look` while the model has the weights of the best validation. */
  async atBest<T>(look: () => T | Promise<T>): Promise<T> {
    const bestModel = this.#bestModel;
    if (bestModel === null) return look();
    const before = await this.readModel();
    await this.#loadModel(bestModel);
    try {
      return await look();
    } finally {
      await this.#loadModel(before);
    }
  }

  /** The weights for files of their own, at this step. */
  async weights(): Promise<Readonly<Record<string, SafeTensor>>> {
    return this.#evaluated(() => this.#weightsNow());
  }

  /** The {@link weights} of the best validation's model; null before the first. */
  async bestWeights(): Promise<Readonly<Record<string, SafeTensor>> | null> {
    return this.#bestModel === null ? null : this.atBest(() => this.#weightsNow());
  }

  async #weightsNow(): Promise<Readonly<Record<string, SafeTensor>>> {
    return this.#options.weights?.() ?? weightsOf(await this.readModel());
  }

  /** Runs `f` while the model has the weights to evaluate. */
  #evaluated<T>(f: () => Promise<T>): Promise<T> {
    return this.#averaging === null ? f() : this.#averaging.evaluate(f);
  }

  async #loadModel(model: Frozen): Promise<void> {
    await loadParts({ model: this.model.part }, { model });
  }

  /** The states of all parts, of the training's own weights. */
  async #readParts(): Promise<Record<string, Frozen>> {
    const states: Record<string, Frozen> = {};
    for (const [name, part] of Object.entries(this.#parts())) {
      states[name] = this.#ownState(name) ?? (await readPart(name, part));
    }
    return states;
  }

  /** The state of a part that is kept while the model has a fit's result; null for other parts. */
  #ownState(name: string): Frozen | null {
    if (name === 'model') return this.#own?.model ?? null;
    return name === 'optimizer' ? (this.#own?.optimizer ?? null) : null;
  }

  #optimizerPart(): Part {
    return partOf('Trainer', 'optimizer', this.#options.optimizer);
  }

  /** Runs all later steps eagerly, so that hooks are called. */
  stopCapturing(): void {
    this.#step.stopCapturing();
  }

  /** Frees graphs and leaves the batches; model and optimizer belong to the caller. */
  async dispose(): Promise<void> {
    this.#step.dispose();
    await this.#batches.close();
  }

  get #bestModel(): Frozen | null {
    return this.#atEnd === null ? this.#progress.bestModel : this.#atEnd.bestModel;
  }

  #parts(): Record<string, Part> {
    const batches = this.#batches.part;
    if (batches === null) {
      throw new Error(
        'Trainer: batches have no stateDict(), so a checkpoint could not store the position; expected batches with stateDict() and loadStateDict(state). ' +
          'Write new DataLoader(dataset, …) of @trainkit/data, or an array of batches.',
      );
    }
    return {
      // The user's own parts first: a part that refuses another run's checkpoint says more than a
      // model that does not fit.
      ...this.#sideParts(),
      model: this.model.part,
      optimizer: this.#optimizerPart(),
      batches,
    };
  }

  #sideParts(): Record<string, Part> {
    const others = { ...this.#options.state, ...this.#judges };
    const parts = Object.entries(others).map(
      ([name, value]) => [name, partOf('Trainer', name, value)] as const,
    );
    return { ...Object.fromEntries(parts), [DEFAULT_GENERATOR]: this.#defaultGenerator };
  }
}

/**
 * The error of a model that refuses its state, with advice for a user of the trainer, since a
 * module's own advice names options of its loadStateDict.
 */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.startsWith('model: ')) return error;
  const message = error.message.replace(/\n?(Pass \{ strict: false \}|To leave ).*$/s, '');
  return new Error(`${message}\nMake the trainer with the model that was saved, or name another folder.`, {
    cause: error,
  });
}

/** Splits a validation's result into numbers and other values. */
async function sorted(
  result: unknown,
): Promise<{ values: Record<string, number>; extras: Record<string, unknown> }> {
  if (typeof result !== 'object' || result === null || Array.isArray(result) || result instanceof Tensor) {
    if (result instanceof Tensor) result.dispose();
    throw new TypeError(
      `Trainer: validate.run returned ${show(result)}; expected numbers by name. Write return { loss }.`,
    );
  }
  const values: Record<string, number> = {};
  const extras: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(result)) {
    if (typeof value === 'number') values[`validation/${name}`] = value;
    else if (value instanceof Tensor && value.size === 1) {
      values[`validation/${name}`] = (await value.data())[0] ?? Number.NaN;
      value.dispose();
    } else if (value instanceof Tensor && name === 'loss') {
      disposeBatch(result);
      throw new TypeError(
        `Trainer: validate.run returned loss: ${show(value)}; expected a number or a scalar tensor. Write tf.mean(losses).`,
      );
    } else if (value !== undefined) extras[`validation/${name}`] = value;
  }
  return { values, extras };
}
