import * as tf from '@tensorflow/tfjs-core';
import { DataLoader } from '@trainkit/fashion-mnist';
import { accuracy, crossEntropy, type Module } from '@trainkit/nn';
import { SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { breather } from './breathe.js';
import type { RunConfig } from './config.js';
import type { Dataset } from './data.js';
import { evaluate, scalar } from './evaluate.js';
import type { MetricsWriter } from './metrics.js';
import type { Progress } from './progress.js';
import type { RunDefinition } from './run-definition.js';
import { UserError } from './user-error.js';

/** What a run needs beside its config. */
export interface TrainOptions {
  data: Dataset;
  metrics: MetricsWriter;
  progress: Progress;
  /** Aborted where the person pressed Ctrl-C: the run ends after the running step. */
  signal: AbortSignal;
}

/**
 * One run: trains, writes a line a step, and evaluates after the last step.
 *
 * Random numbers are drawn in PyTorch's order: every Linear's own start, the run's initialization, at each
 * epoch the loader's two, and the test loader's one at the evaluation.
 */
export async function train(run: RunDefinition, config: RunConfig, options: TrainOptions): Promise<void> {
  const { data, metrics, progress, signal } = options;
  const generator = new Generator(BigInt(config.seed));
  const model = run.createModel(generator);
  const optimizer = new SGD(model.namedParameters(), { learningRate: config.learningRate });
  try {
    const trainLoader = new DataLoader(data.train, { batchSize: config.batchSize, shuffle: true, generator });
    const testLoader = new DataLoader(data.test, { batchSize: config.batchSize, generator });
    let step = 0;
    const breathe = breather(signal);
    while (step < config.steps) {
      for (const { images, labels } of trainLoader) {
        step++;
        const { loss, correct } = trainStep(model, optimizer, images, labels);
        if (!Number.isFinite(loss)) {
          throw new UserError(`${config.run} diverged: the train loss of step ${step} is ${loss}.`);
        }
        metrics.write({ step, train_loss: loss, train_accuracy: correct });
        progress.update({ step, loss, accuracy: correct });
        await breathe(`${config.run} after step ${step} of ${config.steps}`);
        if (step === config.steps) break;
      }
    }
    const result = await evaluate(model, testLoader, () => breathe(`${config.run} in its evaluation`));
    metrics.write({ step, test_loss: result.loss, test_accuracy: result.accuracy });
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** One step of gradient descent; disposes the batch. Loss and accuracy are those before the update. */
function trainStep(
  model: Module,
  optimizer: tf.Optimizer,
  images: tf.Tensor,
  labels: tf.Tensor1D,
): { loss: number; correct: number } {
  return tf.tidy(() => {
    let logits: tf.Tensor | undefined;
    const { value, grads } = tf.variableGrads(() => {
      // Kept, since what is made in here is disposed when the gradients are done.
      logits = tf.keep(model.forward(images));
      return crossEntropy(logits, labels);
    }, model.parameters());
    optimizer.applyGradients(grads);
    const result = { loss: scalar(value), correct: logits ? scalar(accuracy(logits, labels)) : 0 };
    tf.dispose([images, labels, logits ?? []]);
    return result;
  });
}
