import { describeOptions } from '@trainkit/testing/options';
import { checkOptimizer, formatReport, runTests } from './index.js';

describeOptions({
  checkOptimizer: (options) => checkOptimizer(class {}, options),
  formatReport: (options) => formatReport(runTests({ Dropout: class {} }), options),
});
