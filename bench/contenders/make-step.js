import { capture } from '@trainkit/capture';
import { crossEntropy } from '@trainkit/nn';
import { AdamW, SGD } from '@trainkit/optimizers';
import { makeBatch } from './batch.js';
import { makeModel } from './make-model.js';

/**
 * A training step of this repository's packages: forward, backward, update, and the loss read.
 *
 * @param {import('../src/rows.js').Task} task
 * @returns {() => void}
 */
export function makeStep({ captured = true, ...task }) {
  const model = makeModel(task);
  const optimizer =
    task.network === 'simple'
      ? new SGD(model.parameters(), { learningRate: 1e-2 })
      : new AdamW(model.parameters(), { learningRate: 3e-4 });
  const { images, labels } = makeBatch();
  const train = () => {
    const loss = optimizer.minimize(() => crossEntropy(model.forward(images), labels), true);
    if (loss === null) throw new Error('The loss was not returned.');
    return loss;
  };
  const step = captured ? capture(train) : train;
  return () => {
    const loss = step();
    loss.dataSync();
    loss.dispose();
  };
}
