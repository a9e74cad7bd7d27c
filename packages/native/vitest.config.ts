import config from '@trainkit/config/vitest';
import { defineConfig, mergeConfig } from 'vitest/config';

export default defineConfig((env) =>
  mergeConfig(config(env), {
    test: { globalSetup: 'fixtures/every-target.ts', setupFiles: ['fixtures/seed.ts'] },
  }),
);
