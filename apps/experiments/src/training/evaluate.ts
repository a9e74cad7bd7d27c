import { DataLoader } from '@trainkit/data';
import type { FashionMnistBatch, FashionMnistDataset } from '@trainkit/fashion-mnist';
import { Accuracy, MeanLoss } from '@trainkit/metrics';
import { crossEntropy, type Module } from '@trainkit/nn';
import type { Generator } from '@trainkit/random';
import { evaluate } from '@trainkit/trainer';

/** Means over all images of a data set. */
export interface Evaluation {
  loss: number;
  accuracy: number;
}

/**
 * Number of images of a batch. Results do not depend on the batch, and larger batches are faster.
 */
const BATCH_SIZE = 1000;

/** Options of {@link evaluateOn}. */
export interface EvaluateOptions {
  data: FashionMnistDataset;
  /** The generator, from which one number is drawn, as by PyTorch's loader. */
  generator: Generator;
  signal: AbortSignal;
  /** Called before each batch, with its number from 1 on. */
  onBatch?: ((batch: number) => void) | undefined;
}

/** Evaluates the model on all the data, in evaluation mode. */
export function evaluateOn(
  model: Module,
  { data, generator, signal, onBatch = () => undefined }: EvaluateOptions,
): Promise<Evaluation> {
  const loader = new DataLoader(data, { batchSize: BATCH_SIZE, generator });
  const loss = new MeanLoss((logits, labels) => crossEntropy(logits, labels, { reduction: 'sum' }), {
    reduction: 'sum',
  });
  return evaluate(model, counted(loader, onBatch), { loss, accuracy: new Accuracy() }, { signal });
}

function* counted(
  batches: Iterable<FashionMnistBatch>,
  onBatch: (batch: number) => void,
): Iterable<FashionMnistBatch> {
  let batch = 0;
  for (const each of batches) {
    onBatch(++batch);
    yield each;
  }
}
