// From nothing to the first step: TensorFlow, the data set, the network, one update. Says so when it is done.
import { useFastestBackend } from '@trainkit/backend';
import { DataLoader, loadFashionMnist } from '@trainkit/fashion-mnist';
import { crossEntropy, Flatten, Linear, ReLU, Sequential } from '@trainkit/nn';
import { AdamW } from '@trainkit/optimizers';
import { WIDTHS } from './batch.js';

await useFastestBackend();
const { train } = await loadFashionMnist();
const widths = WIDTHS.exercise;
const layers = widths.slice(1).flatMap((width, i) => {
  const linear = new Linear(widths[i] ?? 0, width);
  return i === widths.length - 2 ? [linear] : [linear, new ReLU()];
});
const model = new Sequential(new Flatten(), ...layers);
const optimizer = new AdamW(model.parameters(), { learningRate: 3e-4 });
for (const { images, labels } of new DataLoader(train, { shuffle: true })) {
  const loss = optimizer.minimize(() => crossEntropy(model.forward(images), labels), true);
  console.log(loss?.dataSync()[0]);
  break;
}
process.exit(0);
