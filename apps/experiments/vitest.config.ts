import shared from '@trainkit/config/vitest';
import { defineConfig, mergeConfig } from 'vitest/config';

/**
 * Runs as many test files at a time as there are cores, since half of the tests wait for processes
 * that they started.
 */
export default defineConfig((environment) =>
  mergeConfig(shared(environment), { test: environment.mode === 'test' ? { maxWorkers: '100%' } : {} }),
);
