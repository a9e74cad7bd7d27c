import * as tf from '@tensorflow/tfjs-core';
import type { DataLoader } from '@trainkit/fashion-mnist';
import { accuracy, crossEntropy, type Module } from '@trainkit/nn';

/** Means over all images of a data set. */
export interface Evaluation {
  loss: number;
  accuracy: number;
}

/**
 * Runs the model in evaluation mode over the whole loader, and sets it back to training.
 *
 * @param breathe called after each batch; what it throws ends the evaluation
 */
export async function evaluate(
  model: Module,
  loader: DataLoader,
  breathe: () => Promise<void>,
): Promise<Evaluation> {
  let loss = 0;
  let correct = 0;
  let count = 0;
  model.eval();
  try {
    for (const { images, labels } of loader) {
      const n = images.shape[0];
      tf.tidy(() => {
        const logits = model.forward(images);
        // Sums, not means: the last batch is smaller.
        loss += scalar(crossEntropy(logits, labels, { reduction: 'sum' }));
        correct += Math.round(scalar(accuracy(logits, labels)) * n);
      });
      tf.dispose([images, labels]);
      count += n;
      await breathe();
    }
  } finally {
    model.train();
  }
  return { loss: loss / count, accuracy: correct / count };
}

/** The value of a tensor of one element. */
export function scalar(tensor: tf.Tensor): number {
  const [value] = tensor.dataSync();
  if (value === undefined)
    throw new RangeError(`A tensor of one element was expected; its shape is [${tensor.shape}].`);
  return value;
}
