import { describeOptions } from '@trainkit/testing/options';
import { checkOptimizer } from './index.js';

describeOptions({ checkOptimizer: (options) => checkOptimizer(class {}, options) });
