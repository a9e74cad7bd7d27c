import { describeOptions } from '@trainkit/testing/options';
import {
  AshaSearcher,
  bootstrapMean,
  choice,
  comparePaired,
  defineSweep,
  formatComparison,
  GridSearcher,
  HyperbandSearcher,
  int,
  Journal,
  JournalState,
  type JournalStore,
  RandomSearcher,
  SobolSearcher,
  SweepView,
  signFlipTest,
  TpeSearcher,
} from './index.js';
import { LocalEngine, submitSweep, work } from './node/index.js';

const store = {} as JournalStore;
const view = (): never => {
  throw new Error('The options are checked first.');
};

const space = { a: choice([1, 2]) };
const sweep = { name: 'a', target: 'a.js', space, search: { type: 'grid' as const } };
const configs = () => new RandomSearcher(space, { trials: 3 });

describeOptions({
  AshaSearcher: (options) => new AshaSearcher(configs(), options),
  GridSearcher: (options) => new GridSearcher(space, options),
  Journal: (options) => new Journal(store, view, options),
  JournalState: (options) => new JournalState(options),
  HyperbandSearcher: (options) => new HyperbandSearcher(configs(), options),
  RandomSearcher: (options) => new RandomSearcher(space, options),
  SobolSearcher: (options) => new SobolSearcher(space, options),
  SweepView: (options) => new SweepView(defineSweep(sweep), () => '', options),
  TpeSearcher: (options) => new TpeSearcher(space, options),
  bootstrapMean: (options) => bootstrapMean([1, 2], options),
  comparePaired: (options) => comparePaired([1, 2], [1, 3], options),
  formatComparison: (options) => formatComparison(comparePaired([1, 2], [1, 3]), options),
  int: (options) => int(1, 2, options),
  signFlipTest: (options) => signFlipTest([1, 2], options),
});
describeOptions(
  {
    LocalEngine: (options) => new LocalEngine(options),
    submitSweep: (options) => submitSweep('unwritten', sweep, options),
    work: (options) => work('unwritten', options),
  },
  { entry: './node' },
);
