import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '@trainkit/fashion-mnist';
import { accuracy, crossEntropy, type Module } from '@trainkit/nn';
import { clipGradNorm } from '@trainkit/optimizers';

/** What a step is told to measure beside the loss. */
export interface Measured {
  /** The norm of all gradients together, before they are clipped. */
  gradientNorm: boolean;
  /** The gradients themselves, as they were applied. */
  gradients: boolean;
}

/** What one step of gradient descent gave, as tensors of the caller's. */
export type StepTensors = {
  /** Mean loss of the step's images before the update. */
  loss: tf.Scalar;
  /** Share of them that were judged right, before the update. */
  accuracy: tf.Scalar;
  /** Where it was measured or clipped. */
  gradientNorm: tf.Scalar | null;
  /** By `variable.name`, where they were asked for. */
  gradients: tf.NamedTensorMap | null;
};

/** What a step works on. */
export interface Stepped {
  model: Module;
  optimizer: tf.Optimizer;
  /** The largest norm of the gradients, or null. */
  maxNorm: number | null;
}

/** One update from one batch. */
export function trainStep(
  { model, optimizer, maxNorm }: Stepped,
  images: tf.Tensor,
  labels: tf.Tensor1D,
  measured: Measured,
): StepTensors {
  return tf.tidy(() => {
    const { loss, correct, grads } = gradientsOf(model, images, labels);
    return { loss, accuracy: correct, ...update(optimizer, grads, maxNorm, measured) };
  });
}

/**
 * One update from several batches, as from one of all their images: gradients, loss and accuracy are means in which
 * each image counts alike.
 *
 * @param next hands out the next batch, which is disposed here; called between the batches' passes, as PyTorch's loop
 * would, since both draw random numbers
 */
export function accumulatedStep(
  { model, optimizer, maxNorm }: Stepped,
  count: number,
  next: () => Batch,
  measured: Measured,
): StepTensors {
  return tf.tidy(() => {
    let sums: { loss: tf.Scalar; correct: tf.Scalar; grads: tf.NamedTensorMap } | null = null;
    let images = 0;
    for (let index = 0; index < count; index++) {
      const batch = next();
      const n = batch.images.shape[0];
      images += n;
      const part = gradientsOf(model, batch.images, batch.labels);
      batch.dispose();
      const before = sums;
      sums = {
        loss: addWeighted(before?.loss, part.loss, n),
        correct: addWeighted(before?.correct, part.correct, n),
        grads: mapValues(part.grads, (grad, name) => addWeighted(before?.grads[name], grad, n)),
      };
    }
    if (sums === null) throw new RangeError(`A step takes at least one batch; received ${count}.`);
    const grads = mapValues(sums.grads, (sum) => tf.div(sum, images));
    return {
      loss: tf.div<tf.Scalar>(sums.loss, images),
      accuracy: tf.div<tf.Scalar>(sums.correct, images),
      ...update(optimizer, grads, maxNorm, measured),
    };
  });
}

function gradientsOf(
  model: Module,
  images: tf.Tensor,
  labels: tf.Tensor1D,
): { loss: tf.Scalar; correct: tf.Scalar; grads: tf.NamedTensorMap } {
  let kept: tf.Scalar | undefined;
  try {
    const { value, grads } = tf.variableGrads(() => {
      const logits = model.forward(images);
      // Kept, since what is made in here is disposed when the gradients are done.
      kept = tf.keep(accuracy(logits, labels));
      return crossEntropy(logits, labels);
    }, model.parameters());
    if (kept === undefined) throw new Error('The loss was not computed.');
    return { loss: value, correct: kept.clone(), grads };
  } finally {
    kept?.dispose();
  }
}

function update(
  optimizer: tf.Optimizer,
  grads: tf.NamedTensorMap,
  maxNorm: number | null,
  measured: Measured,
): Pick<StepTensors, 'gradientNorm' | 'gradients'> {
  // A norm of at most infinity clips nothing.
  const clipped =
    maxNorm !== null || measured.gradientNorm ? clipGradNorm(grads, maxNorm ?? Number.POSITIVE_INFINITY) : null;
  const applied = maxNorm === null ? grads : (clipped?.grads ?? grads);
  optimizer.applyGradients(applied);
  return { gradientNorm: clipped?.norm ?? null, gradients: measured.gradients ? applied : null };
}

function addWeighted<T extends tf.Tensor>(sum: T | undefined, value: T, weight: number): T {
  const weighted = tf.mul<T>(value, weight);
  return sum === undefined ? weighted : tf.add<T>(sum, weighted);
}

function mapValues(
  map: tf.NamedTensorMap,
  change: (value: tf.Tensor, key: string) => tf.Tensor,
): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
