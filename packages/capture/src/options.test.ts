import { describeOptions } from '@trainkit/testing/options';
import { capture } from './index.js';

describeOptions({ capture: (options) => capture(() => null, options) });
