// By its path: @trainkit/testing depends on this package.
import { describeOptions } from '../../../tooling/testing/src/options.js';
import { addonPath, run } from './build/index.js';
import { useNativeBackend } from './index.js';

describeOptions({ useNativeBackend });
describeOptions({ addonPath, run: (options) => run('true', [], options) }, { entry: './build' });
