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
  /** Where it was to be measured. */
  gradientNorm?: tf.Scalar;
  /** By `variable.name`, where they were asked for. */
  gradients?: tf.NamedTensorMap;
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
    let images = 0;
    const pass = (): Pass =>
      tf.tidy(() => {
        const batch = next();
        try {
          const n = batch.images.shape[0];
          images += n;
          return weighted(gradientsOf(model, batch.images, batch.labels), n);
        } finally {
          batch.dispose();
        }
      });
    let sums = pass();
    for (let index = 1; index < count; index++) {
      const added = pass();
      const sum = addPasses(sums, added);
      // At once: gradients are as large as the network.
      tf.dispose([sums, added]);
      sums = sum;
    }
    const grads = mapValues(sums.grads, (sum) => tf.div(sum, images));
    return {
      loss: tf.div<tf.Scalar>(sums.loss, images),
      accuracy: tf.div<tf.Scalar>(sums.correct, images),
      ...update(optimizer, grads, maxNorm, measured),
    };
  });
}

/** What the passes through the network, forward and back, give. */
type Pass = {
  loss: tf.Scalar;
  correct: tf.Scalar;
  grads: tf.NamedTensorMap;
};

function gradientsOf(model: Module, images: tf.Tensor, labels: tf.Tensor1D): Pass {
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
    maxNorm !== null || measured.gradientNorm
      ? clipGradNorm(grads, maxNorm ?? Number.POSITIVE_INFINITY)
      : null;
  const applied = maxNorm === null ? grads : (clipped?.grads ?? grads);
  optimizer.applyGradients(applied);
  return {
    ...(clipped && measured.gradientNorm ? { gradientNorm: clipped.norm } : {}),
    ...(measured.gradients ? { gradients: applied } : {}),
  };
}

function weighted({ loss, correct, grads }: Pass, weight: number): Pass {
  return {
    loss: tf.mul<tf.Scalar>(loss, weight),
    correct: tf.mul<tf.Scalar>(correct, weight),
    grads: mapValues(grads, (grad) => tf.mul(grad, weight)),
  };
}

function addPasses(a: Pass, b: Pass): Pass {
  const grads = mapValues(b.grads, (grad, name) => {
    const sum = a.grads[name];
    return sum ? tf.add(sum, grad) : grad.clone();
  });
  return { loss: tf.add(a.loss, b.loss), correct: tf.add(a.correct, b.correct), grads };
}

function mapValues(
  map: tf.NamedTensorMap,
  change: (value: tf.Tensor, key: string) => tf.Tensor,
): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
