// By its path: @trainkit/testing depends on this package.
import { describeOptions } from '../../../tooling/testing/src/options.js';
import { installNative, nativeStatus, useFastestBackend } from './index.js';

describeOptions({ installNative, nativeStatus, useFastestBackend });
