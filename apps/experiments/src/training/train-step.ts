import * as tf from '@tensorflow/tfjs-core';
import type { FashionMnistBatch } from '@trainkit/fashion-mnist';
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

/** What the passes over some batches give together, each image counting alike: sums, not means. */
export type PassSums = {
  loss: tf.Scalar;
  correct: tf.Scalar;
  grads: tf.NamedTensorMap;
};

/**
 * A pass over one more batch of an update from several, forward and back.
 *
 * @param before the sums of the batches before it, or null
 */
export function addPass(
  model: Module,
  images: tf.Tensor,
  labels: tf.Tensor1D,
  before: PassSums | null,
): PassSums {
  return tf.tidy(() => {
    const { loss, correct, grads } = gradientsOf(model, images, labels);
    const sum = <T extends tf.Tensor>(mean: T, sumBefore: T | undefined): T => {
      const added = tf.mul<T>(mean, images.shape[0] ?? 1);
      return sumBefore === undefined ? added : tf.add<T>(sumBefore, added);
    };
    return {
      loss: sum(loss, before?.loss),
      correct: sum(correct, before?.correct),
      grads: mapValues(grads, (grad, name) => sum(grad, before?.grads[name])),
    };
  });
}

/**
 * The update from all passes, as from one batch of all their images: gradients, loss and accuracy are means in which
 * each image counts alike.
 *
 * @param images how many there were, as a tensor: the last batch of an epoch is smaller
 */
export function updateFromPasses(
  { optimizer, maxNorm }: Stepped,
  sums: PassSums,
  images: tf.Scalar,
  measured: Measured,
): StepTensors {
  return tf.tidy(() => ({
    loss: tf.div<tf.Scalar>(sums.loss, images),
    accuracy: tf.div<tf.Scalar>(sums.correct, images),
    ...update(
      optimizer,
      mapValues(sums.grads, (sum) => tf.div(sum, images)),
      maxNorm,
      measured,
    ),
  }));
}

/** What {@link accumulatedStep} is made of: {@link addPass} and {@link updateFromPasses} of one training, captured or not. */
export interface AccumulatedParts {
  pass: (images: tf.Tensor, labels: tf.Tensor1D, before: PassSums | null) => PassSums;
  update: (sums: PassSums, images: tf.Scalar, measured: Measured) => StepTensors;
}

/**
 * One update from several batches, as from one of all their images.
 *
 * @param next hands out the next batch, which is disposed here; called between the batches' passes, as PyTorch's loop
 * would, since both draw random numbers
 */
export function accumulatedStep(
  { pass, update }: AccumulatedParts,
  count: number,
  next: () => FashionMnistBatch,
  measured: Measured,
): StepTensors {
  let sums: PassSums | null = null;
  let images = 0;
  try {
    for (let i = 0; i < count; i++) {
      const batch = next();
      const before: PassSums | null = sums;
      try {
        sums = pass(batch.images, batch.labels, before);
        images += batch.images.shape[0];
      } finally {
        tf.dispose(batch);
      }
      // At once: gradients are as large as the network.
      tf.dispose(before ?? []);
    }
    if (sums === null) throw new RangeError('A step needs at least one batch.');
    const total = tf.scalar(images);
    try {
      return update(sums, total, measured);
    } finally {
      total.dispose();
    }
  } finally {
    tf.dispose(sums ?? []);
  }
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

function mapValues(
  map: tf.NamedTensorMap,
  change: (value: tf.Tensor, key: string) => tf.Tensor,
): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
