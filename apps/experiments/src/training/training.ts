import * as tf from '@tensorflow/tfjs-core';
import { type CapturedStep, capture } from '@trainkit/capture';
import { DataLoader } from '@trainkit/data';
import type { FashionMnistBatch } from '@trainkit/fashion-mnist';
import type { Module } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import type { ExperimentConfig } from '../config/schema.js';
import type { Dataset } from '../data/load.js';
import type { TestMetrics } from '../figures/metrics.js';
import { createNetwork } from '../model/network.js';
import { Best } from './best.js';
import { evaluate } from './evaluate.js';
import { createOptimizer } from './optimizer.js';
import { joinOptimizerState, splitOptimizerState, toFileTensors, withTensors } from './tensors.js';
import {
  accumulatedStep,
  addPass,
  type Measured,
  type PassSums,
  type Stepped,
  type StepTensors,
  trainStep,
  updateFromPasses,
} from './train-step.js';
import type { Tensors, TrainingState } from './training-state.js';

/**
 * One training in memory: the network, the optimizer, the place in the data and in the random numbers.
 *
 * Knows nothing of files, clocks or terminals. Random numbers are drawn in PyTorch's order: every Linear's own start,
 * the config's, at each epoch the loader's two, at each step dropout's masks, at each evaluation one.
 */
export class Training {
  readonly model: Module;
  readonly #config: ExperimentConfig;
  readonly #data: Pick<Dataset, 'train' | 'test'>;
  readonly #generator: Generator;
  readonly #optimizer: ReturnType<typeof createOptimizer>;
  readonly #loader: DataLoader<FashionMnistBatch>;
  /** A step from one batch; on tfjs-node one graph after the first steps, with the same bytes. */
  readonly #stepOn: CapturedStep<[images: tf.Tensor, labels: tf.Tensor1D, measured: Measured], StepTensors>;
  /** The same for a step from several batches: a pass over one more of them, and the update from all. */
  readonly #passOn: CapturedStep<[images: tf.Tensor, labels: tf.Tensor1D, before: PassSums | null], PassSums>;
  readonly #updateOn: CapturedStep<[sums: PassSums, images: tf.Scalar, measured: Measured], StepTensors>;
  readonly #best: Best;
  #batches: Iterator<FashionMnistBatch> | null = null;
  #bestModel: Tensors | null = null;
  #step = 0;
  #evaluated = false;

  constructor(config: ExperimentConfig, data: Pick<Dataset, 'train' | 'test'>) {
    this.#config = config;
    this.#data = data;
    this.#generator = new Generator(BigInt(config.seed));
    this.model = createNetwork(config, { generator: this.#generator });
    this.#optimizer = createOptimizer(config, this.model.namedParameters());
    const { batchSize } = config;
    this.#loader = new DataLoader(data.train, { batchSize, shuffle: true, generator: this.#generator });
    this.#stepOn = capture((images, labels, measured) => trainStep(this.#stepped, images, labels, measured));
    this.#passOn = capture((images, labels, before) => addPass(this.model, images, labels, before));
    this.#updateOn = capture((sums, images, measured) =>
      updateFromPasses(this.#stepped, sums, images, measured),
    );
    this.#best = new Best(config.earlyStopping);
  }

  get #stepped(): Stepped {
    return { model: this.model, optimizer: this.#optimizer, maxNorm: this.#config.clipGradNorm };
  }

  /** Updates so far. */
  get step(): number {
    return this.#step;
  }

  /** Whether the evaluation after {@link step} is done. */
  get evaluated(): boolean {
    return this.#evaluated;
  }

  /** The rate of the next step. */
  get learningRate(): number {
    return this.#optimizer.learningRate;
  }

  /** The best evaluation so far, or null before the first. */
  get best(): TestMetrics | null {
    return this.#best.best;
  }

  /** Whether early stopping has run out of patience. */
  get exhausted(): boolean {
    return this.#best.exhausted;
  }

  /** One update; its tensors are the caller's. */
  trainStep(measured: Measured): StepTensors {
    const tensors =
      this.#config.accumulate === 1 ? this.#stepFromOne(measured) : this.#stepFromSeveral(measured);
    this.#step++;
    this.#evaluated = false;
    return tensors;
  }

  #stepFromOne(measured: Measured): StepTensors {
    const batch = this.#nextBatch();
    try {
      return this.#stepOn(batch.images, batch.labels, measured);
    } finally {
      tf.dispose(batch);
    }
  }

  #stepFromSeveral(measured: Measured): StepTensors {
    const parts = { pass: this.#passOn, update: this.#updateOn };
    return accumulatedStep(parts, this.#config.accumulate, () => this.#nextBatch(), measured);
  }

  /** The test set's loss and accuracy now, and whether they are the best so far; remembers the weights then. */
  async evaluate(breathe: () => Promise<void>): Promise<TestMetrics> {
    const { loss, accuracy } = await evaluate(this.model, {
      data: this.#data.test,
      generator: this.#generator,
      breathe,
    });
    this.#evaluated = true;
    const test = { step: this.#step, test_loss: loss, test_accuracy: accuracy };
    if (this.#best.hear(test)) this.#bestModel = toFileTensors(this.model.stateDict());
    return test;
  }

  /** All of the training, copied. */
  state(): TrainingState {
    const optimizer = this.#optimizer.stateDict();
    const { tensors, numbers } = splitOptimizerState(optimizer);
    const { iterations, paramGroups } = optimizer;
    const bestIsNow = this.#evaluated && this.best?.step === this.#step;
    return {
      step: this.#step,
      evaluated: this.#evaluated,
      generator: this.#generator.stateDict(),
      loader: this.#loader.stateDict(),
      optimizer: { iterations, numbers, paramGroups },
      best: this.#best.state(),
      model: toFileTensors(this.model.stateDict()),
      optimizerTensors: tensors,
      bestModel: bestIsNow ? null : this.#bestModel,
    };
  }

  /** Goes to a {@link state} of a training with this config. */
  restore(state: TrainingState): void {
    const { iterations, numbers, paramGroups } = state.optimizer;
    withTensors(state.model, (tensors) => this.model.loadStateDict(tensors));
    withTensors(state.optimizerTensors, (tensors) =>
      this.#optimizer.loadStateDict({ iterations, paramGroups, state: joinOptimizerState(numbers, tensors) }),
    );
    this.#generator.loadStateDict(state.generator);
    this.#loader.loadStateDict(state.loader);
    this.#batches = null;
    this.#best.restore(state.best);
    this.#bestModel = state.bestModel ?? (state.best.best === null ? null : state.model);
    this.#step = state.step;
    this.#evaluated = state.evaluated;
  }

  /** Gives the model the weights that it had at the best evaluation. */
  restoreBest(): void {
    if (this.#bestModel === null) throw new Error('There was no evaluation yet, so no weights are the best.');
    withTensors(this.#bestModel, (tensors) => this.model.loadStateDict(tensors));
  }

  /** What `look` makes of the model with the weights of the best evaluation; it has its own again afterwards. */
  atBest<T>(look: (model: Module) => T): T {
    const own = toFileTensors(this.model.stateDict());
    this.restoreBest();
    try {
      return look(this.model);
    } finally {
      withTensors(own, (tensors) => this.model.loadStateDict(tensors));
    }
  }

  dispose(): void {
    for (const step of [this.#stepOn, this.#passOn, this.#updateOn]) step.dispose();
    this.#optimizer.dispose();
    this.model.dispose();
  }

  #nextBatch(): FashionMnistBatch {
    for (;;) {
      this.#batches ??= this.#loader[Symbol.iterator]();
      const { done, value } = this.#batches.next();
      if (!done) return value;
      this.#batches = null;
    }
  }
}
