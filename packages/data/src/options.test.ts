import { describeOptions } from '@trainkit/testing/options';
import {
  DataLoader,
  map,
  randomSplit,
  stratifiedSplit,
  tensorDataset,
  WeightedRandomSampler,
} from './index.js';

const dataset = tensorDataset({ x: [1, 2] });

describeOptions({
  DataLoader: (options) => new DataLoader(dataset, options),
  WeightedRandomSampler: (options) => new WeightedRandomSampler([1, 2], 2, options),
  map: (options) => map(dataset, (batch) => batch, options),
  randomSplit: (options) => randomSplit(dataset, [1, 1], options),
  stratifiedSplit: (options) => stratifiedSplit(dataset, [0, 1], [0.5, 0.5], options),
});
