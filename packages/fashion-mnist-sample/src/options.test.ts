import { describeOptions } from '@trainkit/testing/options';
import { loadSample } from './index.js';

describeOptions({ loadSample });
