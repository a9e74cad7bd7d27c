import { capture } from '@trainkit/capture';
import { Dropout } from '@trainkit/dropout';
import { crossEntropy, Linear, ReLU, Sequential, Tanh } from '@trainkit/nn';
import { LayerNorm } from '@trainkit/normalization';
import { AdamW, SGD } from '@trainkit/optimizers';
import { makeBatch, WIDTHS } from './batch.js';

/**
 * A training step of this repository's packages: forward, backward, update, and the loss read.
 *
 * @param {import('../src/rows.js').Task} task
 */
export function makeStep({ network = 'exercise', layerNorm = false, dropout = 0, captured = true }) {
  const widths = WIDTHS[network];
  const layers = widths.slice(1).flatMap((width, i) => {
    const linear = new Linear(widths[i] ?? 0, width);
    if (i === widths.length - 2) return [linear];
    return [
      linear,
      ...(layerNorm ? [new LayerNorm(width)] : []),
      network === 'simple' ? new Tanh() : new ReLU(),
      ...(dropout > 0 ? [new Dropout(dropout)] : []),
    ];
  });
  const model = new Sequential(...layers);
  const optimizer =
    network === 'simple'
      ? new SGD(model.parameters(), { learningRate: 1e-2 })
      : new AdamW(model.parameters(), { learningRate: 3e-4 });
  const { images, labels } = makeBatch();
  const train = () => {
    const loss = optimizer.minimize(() => crossEntropy(model.forward(images), labels), true);
    if (loss === null) throw new Error('The loss was not returned.');
    return loss;
  };
  const step = captured ? capture(train) : train;
  return {
    step() {
      const loss = step();
      loss.dataSync();
      loss.dispose();
    },
  };
}
