import { capture } from '@trainkit/capture';
import { crossEntropy } from '@trainkit/nn';
import { AdamW, SGD } from '@trainkit/optimizers';
import { makeBatch } from './batch.js';
import { makeModel } from './make-model.js';

/**
 * Creates a training step of this repository's packages: forward, backward, update, reading the
 * loss.
 *
 * @param {import('../src/rows.js').Task} task
 * @returns {() => void}
 */
export function makeStep({ captured = true, ...task }) {
  const model = makeModel(task);
  const optimizer =
    task.network === 'simple' || task.network === 'lenet'
      ? new SGD(model.parameters(), { learningRate: 1e-2 })
      : new AdamW(model.parameters(), { learningRate: 3e-4 });
  /**
   * The batch is an argument, since a captured step freezes the values that it closes over.
   *
   * @param {import('@tensorflow/tfjs').Tensor} images
   * @param {import('@tensorflow/tfjs').Tensor1D} labels
   */
  const train = (images, labels) => {
    const loss = optimizer.minimize(() => crossEntropy(model.forward(images), labels), true);
    if (loss === null) throw new Error('The loss was not returned.');
    return loss;
  };
  const step = captured ? capture(train) : train;
  const { images, labels } = makeBatch();
  return () => {
    const loss = step(images, labels);
    loss.dataSync();
    loss.dispose();
  };
}
