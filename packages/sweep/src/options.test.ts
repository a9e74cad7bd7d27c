import { describeOptions } from '@trainkit/testing/options';
import {
  AshaSearcher,
  bootstrapMean,
  choice,
  comparePaired,
  formatComparison,
  GridSearcher,
  HyperbandSearcher,
  int,
  RandomSearcher,
  SobolSearcher,
  signFlipTest,
  TpeSearcher,
} from './index.js';

const space = { a: choice([1, 2]) };
const configs = () => new RandomSearcher(space, { trials: 3 });

describeOptions({
  AshaSearcher: (options) => new AshaSearcher(configs(), options),
  GridSearcher: (options) => new GridSearcher(space, options),
  HyperbandSearcher: (options) => new HyperbandSearcher(configs(), options),
  RandomSearcher: (options) => new RandomSearcher(space, options),
  SobolSearcher: (options) => new SobolSearcher(space, options),
  TpeSearcher: (options) => new TpeSearcher(space, options),
  bootstrapMean: (options) => bootstrapMean([1, 2], options),
  comparePaired: (options) => comparePaired([1, 2], [1, 3], options),
  formatComparison: (options) => formatComparison(comparePaired([1, 2], [1, 3]), options),
  int: (options) => int(1, 2, options),
  signFlipTest: (options) => signFlipTest([1, 2], options),
});
