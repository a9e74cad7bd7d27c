import shared from '@trainkit/config/vitest';
import { defineConfig, mergeConfig } from 'vitest/config';

/** Half of the tests wait for processes that they have started: as many files at a time as there are cores. */
export default defineConfig((environment) =>
  mergeConfig(shared(environment), { test: environment.mode === 'test' ? { maxWorkers: '100%' } : {} }),
);
