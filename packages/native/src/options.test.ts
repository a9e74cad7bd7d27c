// By its path: @trainkit/testing depends on this package.
import { describeOptions } from '../../../tooling/testing/src/options.js';
import { findAddon, provideAddon, publishFolder, run } from './build/index.js';
import { useNativeBackend } from './index.js';

describeOptions({ useNativeBackend });
describeOptions(
  {
    findAddon,
    provideAddon,
    publishFolder: (options) => publishFolder('', '', async () => undefined, options),
    run: (options) => run('true', [], options),
  },
  { entry: './build' },
);
