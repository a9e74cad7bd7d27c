// One training step of this repository's packages: forward, backward, update, and the loss read.
import { useFastestBackend } from '@trainkit/backend';
import { capture } from '@trainkit/capture';
import { Dropout } from '@trainkit/dropout';
import { crossEntropy, Linear, ReLU, Sequential, Tanh } from '@trainkit/nn';
import { LayerNorm } from '@trainkit/normalization';
import { AdamW, SGD } from '@trainkit/optimizers';
import { makeBatch, WIDTHS } from './batch.js';
import { serve, task } from './serve.js';

const { backend, network = 'exercise', layerNorm = false, dropout = 0, captured = true } = task();
await useFastestBackend(backend === undefined ? {} : { prefer: backend });

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

await serve(`Trainkit, ${backend}`, () => {
  const loss = step();
  loss.dataSync();
  loss.dispose();
});
