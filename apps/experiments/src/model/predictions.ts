import * as tf from '@tensorflow/tfjs-core';
import type { FashionMnistDataset } from '@trainkit/fashion-mnist';
import { ConfusionMatrix } from '@trainkit/metrics';
import type { Module } from '@trainkit/nn';
import type { Example, Predictions } from './prediction-summary.js';

/** Number of images of a batch. */
const BATCH_SIZE = 1000;
const PIXELS = 28 * 28;

/**
 * Classifies the whole test set with a trained model: the confusion matrix, and for each class the
 * first image that is classified correctly and the first one that is not.
 *
 * Draws no random numbers. Leaves the model in evaluation mode.
 */
export function analyzePredictions(
  model: Module,
  test: FashionMnistDataset,
  { classes }: { classes: number },
): Predictions {
  model.eval();
  const matrix = new ConfusionMatrix(classes);
  const examples = new Map<string, Example>();
  for (let start = 0; start < test.length; start += BATCH_SIZE) {
    const indices = Array.from({ length: Math.min(BATCH_SIZE, test.length - start) }, (_, i) => start + i);
    const logits = Array.from(logitsOf(model, test, indices, matrix));
    for (const [row, index] of indices.entries()) {
      const label = test.labels[index] ?? 0;
      const prediction = classify(logits.slice(row * classes, (row + 1) * classes));
      const key = `${label} ${prediction.predicted === label}`;
      if (examples.has(key)) continue;
      const image = test.images.subarray(index * PIXELS, (index + 1) * PIXELS);
      examples.set(key, { index, label, ...prediction, pixels: Buffer.from(image).toString('base64') });
    }
  }
  const inOrder = [...examples.values()].sort((a, b) => a.label - b.label || a.index - b.index);
  return { confusion: matrix.compute(), examples: inOrder };
}

/** Returns the logits of some images, row by row; counts their classes in `matrix`. */
function logitsOf(
  model: Module,
  test: FashionMnistDataset,
  indices: readonly number[],
  matrix: ConfusionMatrix,
): ArrayLike<number> {
  return tf.tidy(() => {
    const { images, labels } = test.batch(indices);
    const logits = model.forward(images);
    matrix.update(logits, labels);
    return logits.dataSync();
  });
}

/** Returns the class with the largest logit, the first of equal ones, and its softmax. */
function classify(logits: readonly number[]): { predicted: number; probability: number } {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return { predicted: logits.indexOf(largest), probability: 1 / sum };
}
