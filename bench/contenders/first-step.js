// From nothing to the first step: TensorFlow, the data set, the network, one update. `node first-step.js FOLDER`, of the
// four files; start.js measures it.
import { useFastestBackend } from '@trainkit/backend';
import { DataLoader } from '@trainkit/data';
import { loadFashionMnist } from '@trainkit/fashion-mnist';
import { crossEntropy, Flatten, Sequential } from '@trainkit/nn';
import { AdamW } from '@trainkit/optimizers';
import { makeModel } from './make-model.js';

const [, , dir] = process.argv;
if (dir === undefined)
  throw new Error('first-step.js: expected the folder of the four files; received nothing');
await useFastestBackend();
const { train } = await loadFashionMnist({ dir });
const model = new Sequential(new Flatten(), makeModel({}));
const optimizer = new AdamW(model.parameters(), { learningRate: 3e-4 });
for (const { images, labels } of new DataLoader(train, { batchSize: 128, shuffle: true })) {
  const loss = optimizer.minimize(() => crossEntropy(model.forward(images), labels), true);
  console.log(loss?.dataSync()[0]);
  break;
}
process.exit(0);
