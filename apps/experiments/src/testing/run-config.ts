import { experimentConfig } from '../config/experiment-config.js';
import type { ExperimentOptions, RunConfig } from '../config/schema.js';

const DATA: RunConfig['data'] = { name: 'full', trainImages: 60000, testImages: 10000, sha256: 'abc' };

/** Returns a complete config with defaults for the omitted settings. */
export function testConfig({
  backend = 'cpu',
  data = {},
  ...options
}: Partial<ExperimentOptions> & {
  backend?: RunConfig['backend'];
  data?: Partial<RunConfig['data']>;
} = {}): RunConfig {
  return {
    ...experimentConfig({ run: 'init/zero', seed: 3, maxSteps: 1, evaluateEvery: null, ...options }),
    backend,
    data: { ...DATA, ...data },
  };
}
