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

/** Images a batch: no result of one depends on its neighbors, and larger batches are faster. */
const BATCH_SIZE = 1000;

/** Options of {@link evaluateOn}. */
export interface EvaluateOptions {
  data: FashionMnistDataset;
  /** Draws the one number that PyTorch's loader draws, and nothing else. */
  generator: Generator;
  signal: AbortSignal;
  /** Called before each batch, with its number from 1 on. */
  onBatch?: ((batch: number) => void) | undefined;
}

/** Evaluates the model over all the data, in evaluation mode. */
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
