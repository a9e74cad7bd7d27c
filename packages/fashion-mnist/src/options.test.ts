import { describeOptions } from '@trainkit/testing/options';
import { decodeFashionMnist, FashionMnistDataset, loadFashionMnist } from './index.js';

describeOptions({
  FashionMnistDataset: (options) =>
    new FashionMnistDataset({ images: new Uint8Array(784), labels: new Uint8Array(1) }, options),
  decodeFashionMnist: (options) => decodeFashionMnist({} as never, options),
  loadFashionMnist,
});
