import { Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkFunction, checkOptions, expected, type OptionNames, show } from '@trainkit/checks';
import { disposeBatch } from '@trainkit/checks/tensor';
import { hasMethods } from '../state/has-methods.js';
import { type Batches, checkBatches } from '../steps/batch-source.js';
import { Interrupted } from './interrupted.js';
import { createYielder } from './yield-to-event-loop.js';

/**
 * A metric over a whole set, accumulated batch by batch: a class of `@trainkit/metrics`, or a
 * user's own.
 */
export interface Metric<Value = unknown> {
  /** Adds the model's outputs for a batch and its labels. */
  update(outputs: Tensor, labels: Tensor): unknown;
  /** Returns the metric over everything since {@link reset}. */
  compute(): Value;
  /** Starts again. */
  reset(): void;
}

/** A model to evaluate: a module, a `tf.LayersModel`, or a function from inputs to outputs. */
export type EvaluatedModel =
  | { forward(inputs: Tensor): Tensor }
  | { predict(inputs: Tensor): Tensor | Tensor[] }
  | ((inputs: Tensor) => Tensor);

/** Options of {@link evaluate}. */
export interface EvaluateOptions<Batch> {
  /**
   * Returns the model's inputs in a batch. Default: `batch.inputs`, `batch.images`, `batch.xs`,
   * `batch.x` or `batch[0]`.
   */
  inputs?: ((batch: Batch) => Tensor) | undefined;
  /**
   * Returns the labels in a batch. Default: `batch.labels`, `batch.targets`, `batch.ys`, `batch.y`
   * or `batch[1]`.
   */
  labels?: ((batch: Batch) => Tensor) | undefined;
  /**
   * Ends the evaluation with an {@link Interrupted} when aborted; `validate.run` receives one.
   * Default none.
   */
  signal?: AbortSignal | undefined;
  /** True to dispose each batch. Default true, and false for an array of batches. */
  disposeBatches?: boolean | undefined;
}

const OPTIONS: OptionNames<EvaluateOptions<unknown>> = {
  inputs: true,
  labels: true,
  signal: true,
  disposeBatches: true,
};

const INPUTS: readonly string[] = ['inputs', 'images', 'xs', 'x', '0'];
const LABELS: readonly string[] = ['labels', 'targets', 'ys', 'y', '1'];

/**
 * Evaluates a model over one epoch of batches, and returns the value of each metric, by name.
 *
 * A module is in evaluation mode meanwhile; its previous mode is restored afterwards. Signals and
 * timers are handled every 50 ms.
 *
 * @param batches each `for…of` over them is an epoch
 * @param metrics each is reset at the beginning
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { evaluate, type Metric } from '@trainkit/trainer';
 *
 * class MeanAbsoluteError implements Metric<number> {
 *   #sum = 0;
 *   #count = 0;
 *   update(outputs: tf.Tensor, labels: tf.Tensor): void {
 *     this.#sum += tf.tidy(() => outputs.sub(labels).abs().sum().dataSync()[0]!);
 *     this.#count += outputs.size;
 *   }
 *   compute(): number {
 *     return this.#sum / this.#count;
 *   }
 *   reset(): void {
 *     this.#sum = 0;
 *     this.#count = 0;
 *   }
 * }
 *
 * await tf.setBackend('cpu');
 * const batches = [{ inputs: tf.tensor1d([1, 2]), labels: tf.tensor1d([3, 3]) }];
 * console.log(await evaluate((x) => x.mul(2), batches, { error: new MeanAbsoluteError() })); // → { error: 1 }
 * ```
 */
export async function evaluate<Batch, Metrics extends { readonly [name: string]: Metric }>(
  model: EvaluatedModel,
  batches: Batches<Batch>,
  metrics: Metrics,
  options: EvaluateOptions<Batch> = {},
): Promise<{ [Name in keyof Metrics]: Awaited<ReturnType<Metrics[Name]['compute']>> }> {
  const {
    inputs = (batch: Batch) => found(batch, INPUTS, 'inputs'),
    labels = (batch: Batch) => found(batch, LABELS, 'labels'),
    signal,
    disposeBatches = !Array.isArray(batches),
  } = checkOptions('evaluate', options, OPTIONS);
  checkFunction('evaluate', 'inputs', inputs);
  checkFunction('evaluate', 'labels', labels);
  const forward = checkedForward(forwardOf(model));
  checkMetrics(metrics);
  checkBatches('evaluate', batches);
  const yieldToEventLoop = createYielder();
  const entries = Object.entries(metrics);
  for (const [, metric] of entries) metric.reset();
  let isEmpty = true;
  const restoreMode = toEvaluation(model);
  try {
    for await (const batch of batches) {
      isEmpty = false;
      try {
        // A model may return its input itself, which belongs to the batch.
        const outputs = tidy(() => forward(inputs(batch)).clone());
        try {
          for (const [, metric] of entries) await metric.update(outputs, labels(batch));
        } finally {
          outputs.dispose();
        }
      } finally {
        if (disposeBatches) disposeBatch(batch);
      }
      await yieldToEventLoop();
      if (signal?.aborted)
        throw new Interrupted('Interrupted in an evaluation.', { step: 0, reason: signal.reason });
    }
  } finally {
    restoreMode();
  }
  if (isEmpty)
    throw new Error(
      'evaluate: batches had none; expected at least one. Look at the dataset’s length and at dropLast.',
    );
  const computed: Record<string, unknown> = {};
  for (const [name, metric] of entries) computed[name] = await metric.compute();
  // Each value was computed by the metric of its name.
  return computed as { [Name in keyof Metrics]: Awaited<ReturnType<Metrics[Name]['compute']>> };
}

function forwardOf(model: EvaluatedModel): (inputs: Tensor) => Tensor {
  if (typeof model === 'function') return model;
  if (hasForward(model)) return (inputs) => model.forward(inputs);
  if (hasPredict(model)) {
    return (inputs) => {
      const outputs = model.predict(inputs);
      if (outputs instanceof Tensor) return outputs;
      throw new TypeError(
        'evaluate: the model has several outputs; expected one. Pass a function from inputs to the output that counts.',
      );
    };
  }
  throw new TypeError(
    expected(
      'evaluate',
      'model',
      model,
      'a module, a tf.LayersModel or a function',
      'Write (inputs) => outputs.',
    ),
  );
}

/** The model's forward pass, which must return a tensor. */
function checkedForward(forward: (inputs: Tensor) => unknown): (inputs: Tensor) => Tensor {
  return (inputs) => {
    const outputs = forward(inputs);
    if (outputs instanceof Tensor) return outputs;
    if (outputs instanceof Promise) outputs.catch(() => undefined);
    throw new TypeError(
      expected(
        'evaluate',
        'what the model returned',
        outputs,
        'a tensor of outputs',
        'Write (inputs) => outputs.',
      ),
    );
  };
}

function hasForward(model: unknown): model is { forward(inputs: Tensor): Tensor } {
  return hasMethods(model, 'forward');
}

function hasPredict(model: unknown): model is { predict(inputs: Tensor): Tensor | Tensor[] } {
  return hasMethods(model, 'predict');
}

/**
 * Sets a module and all below it to evaluation mode; returns a function that restores the previous
 * modes.
 */
function toEvaluation(model: EvaluatedModel): () => void {
  if (!isSwitchable(model)) return () => undefined;
  if (!isTree(model)) {
    if (!model.training) return () => undefined;
    model.eval();
    return () => model.train();
  }
  const modes = [...model.modules()].map((module) => ({ module, training: module.training }));
  model.eval();
  return () => {
    for (const { module, training } of modes) module.training = training;
  };
}

function isSwitchable(model: object): model is { training: boolean; train(): unknown; eval(): unknown } {
  return 'training' in model && hasMethods(model, 'train', 'eval');
}

function isTree(model: object): model is { modules(): Iterable<{ training: boolean }> } {
  return hasMethods(model, 'modules');
}

function found(batch: unknown, names: readonly string[], what: string): Tensor {
  if (typeof batch === 'object' && batch !== null) {
    for (const name of names) {
      const value: unknown = Reflect.get(batch, name);
      if (value instanceof Tensor) return value;
    }
  }
  const keys = typeof batch === 'object' && batch !== null ? Object.keys(batch).join(', ') : show(batch);
  throw new TypeError(
    `evaluate: the batch has ${keys}; expected the ${what} under ${names.slice(0, -1).join(', ')}. Give the option ${what}: (batch) => ….`,
  );
}

function checkMetrics(metrics: unknown): void {
  if (typeof metrics !== 'object' || metrics === null || hasMethods(metrics, 'update', 'compute')) {
    throw new TypeError(
      expected('evaluate', 'metrics', metrics, 'metrics by name', 'Write { accuracy: new Accuracy() }.'),
    );
  }
  for (const [name, metric] of Object.entries(metrics)) {
    if (hasMethods(metric, 'update', 'compute', 'reset')) continue;
    throw new TypeError(
      expected(
        'evaluate',
        `the metric ${name}`,
        metric,
        'an object with update, compute and reset',
        'Write new Accuracy(), an instance.',
      ),
    );
  }
}
