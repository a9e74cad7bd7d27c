import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The file, where the package has it. */
const ifPresent = (path) => (existsSync(path) ? [path] : []);

/**
 * The vitest settings of every package: `export { default } from '@trainkit/config/vitest'`.
 *
 * `vitest run` takes `*.test.ts`, since its mode is `test`; `--mode NAME` takes `*.NAME.ts`, the slow proofs that are a
 * command of their own: `full-set` on the whole Fashion-MNIST, `kills` with many processes that are killed.
 *
 * A package's `fixtures/global-setup.ts` runs once before its tests, and its `fixtures/setup.ts` before each of its files.
 */
export default defineConfig(({ mode }) => ({
  test: {
    include: [`{src,fixtures}/**/*.${mode}.ts`],
    globalSetup: ifPresent('fixtures/global-setup.ts'),
    setupFiles: ifPresent('fixtures/setup.ts'),
    // Tests prove numbers and compare against goldens: a slow machine is not a failure, a test that hangs is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // TensorFlow.js greets whoever uses it in Node without tfjs-node, once for each test file.
    onConsoleLog: (log) => !log.includes('Hi, looks like you are running TensorFlow.js in Node.js'),
    // Inlined by vitest, TensorFlow.js would be loaded twice (once as ESM, once as CJS): two engines.
    server: { deps: { external: [/@tensorflow/] } },
  },
}));
