import { defineConfig } from 'vitest/config';

/**
 * The vitest settings of every package: `export { default } from '@trainkit/config/vitest'`.
 *
 * `vitest run` takes `*.test.ts`, since its mode is `test`; `--mode NAME` takes `*.NAME.ts`, the slow proofs that are a
 * command of their own: `full-set` on the whole Fashion-MNIST, `kills` with many processes that are killed.
 */
export default defineConfig(({ mode }) => ({
  test: {
    include: [`{src,fixtures}/**/*.${mode}.ts`],
    // Tests prove numbers and compare against goldens: a slow machine is not a failure, a test that hangs is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // TensorFlow.js greets whoever uses it in Node without tfjs-node, once for each test file.
    onConsoleLog: (log) => !log.includes('Hi, looks like you are running TensorFlow.js in Node.js'),
    // Inlined by vitest, TensorFlow.js would be loaded twice (once as ESM, once as CJS): two engines.
    server: { deps: { external: [/@tensorflow/] } },
  },
}));
