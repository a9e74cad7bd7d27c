// A program from its start to its first step: the backend, the network, one update. start.js
// measures it. Usage: `node first-step.js BACKEND [FOLDER]`, where FOLDER holds the four files of
// the data set. Without FOLDER the images are noise.
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { DataLoader } from '@trainkit/data';
import { loadFashionMnist } from '@trainkit/fashion-mnist';
import { crossEntropy, Flatten, Sequential } from '@trainkit/nn';
import { AdamW } from '@trainkit/optimizers';
import { makeModel } from './make-model.js';

const [, , backend, dir] = process.argv;
await useFastestBackend({ prefer: /** @type {import('@trainkit/backend').BackendName} */ (backend) });
const model = new Sequential(new Flatten(), makeModel({}));
const optimizer = new AdamW(model.parameters(), { learningRate: 3e-4 });
const { images, labels } = await firstBatch();
const loss = optimizer.minimize(() => crossEntropy(model.forward(images), labels), true);
console.log(loss?.dataSync()[0]);
process.exit(0);

async function firstBatch() {
  if (dir === undefined)
    return { images: tf.randomUniform([128, 784], -1, 1), labels: tf.zeros([128], 'int32').as1D() };
  const { train } = await loadFashionMnist({ dir });
  for (const batch of new DataLoader(train, { batchSize: 128, shuffle: true })) return batch;
  throw new Error('The data set is empty.');
}
