import * as tf from '@tensorflow/tfjs-core';
import { DataLoader } from '@trainkit/data';
import type { FashionMnistDataset } from '@trainkit/fashion-mnist';
import { accuracy, crossEntropy, type Module } from '@trainkit/nn';
import type { Generator } from '@trainkit/random';

/** Means over all images of a data set. */
export interface Evaluation {
  loss: number;
  accuracy: number;
}

/** Images a batch: no result of one depends on its neighbors, and larger batches are faster. */
const BATCH_SIZE = 1000;

/** What an evaluation needs beside its model. */
export interface EvaluateOptions {
  data: FashionMnistDataset;
  /** Draws the one number that PyTorch's loader draws, and nothing else. */
  generator: Generator;
  /** Called after each batch; what it throws ends the evaluation. */
  breathe: () => Promise<void>;
}

/**
 * Runs the model in evaluation mode over all the data, and sets it back to training.
 *
 * An evaluation that does not come to its end has drawn nothing.
 */
export async function evaluate(
  model: Module,
  { data, generator, breathe }: EvaluateOptions,
): Promise<Evaluation> {
  const before = generator.stateDict();
  const loader = new DataLoader(data, { batchSize: BATCH_SIZE, generator });
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
  } catch (error) {
    generator.loadStateDict(before);
    throw error;
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
