import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The file, where the package has it. */
const ifPresent = (path) => (existsSync(path) ? [path] : []);

/**
 * The vitest settings of every package: `export { default } from '@trainkit/config/vitest'`.
 *
 * `vitest run` runs `*.test.ts`, since its mode is `test`. `--mode NAME` runs `*.NAME.ts`, the slow
 * proofs with a command of their own: `full-set` on the whole Fashion-MNIST, `kills` with many
 * processes that are killed, `thorough` with many drawn cases.
 *
 * A package's `fixtures/global-setup.ts` runs once before its tests, and its `fixtures/setup.ts`
 * before each of its files.
 */
export default defineConfig(({ mode }) => ({
  test: {
    include: [`{src,fixtures}/**/*.${mode}.ts`],
    globalSetup: ifPresent('fixtures/global-setup.ts'),
    setupFiles: ifPresent('fixtures/setup.ts'),
    // The tests compare numbers with goldens: a slow machine is not a failure, but a test that
    // hangs is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // TensorFlow.js prints this message in Node without tfjs-node, once for each test file.
    onConsoleLog: (log) => !log.includes('Hi, looks like you are running TensorFlow.js in Node.js'),
    // If vitest inlined TensorFlow.js, it would be loaded twice (as ESM and as CJS): two engines.
    server: { deps: { external: [/@tensorflow/] } },
  },
}));
