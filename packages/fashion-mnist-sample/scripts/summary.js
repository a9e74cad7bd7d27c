import * as tf from '@tensorflow/tfjs';
import { DataLoader } from '@trainkit/data';
import { loadSample } from '@trainkit/fashion-mnist-sample';
import { Generator } from '@trainkit/random';

/** The labels and the sums of the pixels of an epoch, the same in Node and in a browser. */
export async function summary() {
  const { train, test, complete, source } = await loadSample();
  const labels = [];
  const sums = [];
  for (const batch of new DataLoader(train, { batchSize: 500, shuffle: true, generator: new Generator(0) })) {
    labels.push(batch.labels.dataSync().join(''));
    sums.push(batch.images.dataSync().reduce((sum, value) => sum + value, 0));
    tf.dispose(batch);
  }
  return { labels, sums, complete, source, lengths: [train.length, test.length] };
}
