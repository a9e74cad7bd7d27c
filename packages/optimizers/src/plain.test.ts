import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose, forgetKernels } from '@trainkit/testing';
import { afterEach, expect, it, vi } from 'vitest';

const codes = [0, 1].map(() => ({ on: vi.fn(() => null) }));

afterEach(() => {
  vi.doUnmock('./adam.code.js');
  vi.doUnmock('./sgd.code.js');
  vi.resetModules();
  forgetKernels();
});

describeBackends(
  'where WebAssembly has no vectors',
  () => {
    it('optimizers update by stock operations', async () => {
      const run = async () => {
        const { Adam, AdamW, SGD } = await import('./index.js');
        return tf.tidy(() => {
          const x = tf.variable(tf.tensor1d([1, -2, 3, 4, -5]));
          const optimizers = [
            new SGD([x], { learningRate: 0.1 }),
            new SGD([x], { learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 }),
            new Adam([x], { learningRate: 0.1, weightDecay: 0.1 }),
            new AdamW([x], { learningRate: 0.1, amsgrad: true }),
          ];
          for (const optimizer of optimizers) {
            for (let step = 0; step < 3; step++) optimizer.minimize(() => tf.sum(tf.mul(x, tf.square(x))));
            optimizer.dispose();
          }
          const values = Array.from(x.dataSync());
          x.dispose();
          return values;
        });
      };
      const expected = await run();
      vi.resetModules();
      forgetKernels();
      vi.doMock('./adam.code.js', () => ({ adamCode: codes[0] }));
      vi.doMock('./sgd.code.js', () => ({ sgdCode: codes[1] }));
      const actual = await run();
      for (const { on } of codes) expect(on).toHaveBeenCalled();
      tf.tidy(() => expectAllClose(tf.tensor1d(actual), expected, { rtol: 1e-5, atol: 0 }));
    });
  },
  { backends: ['wasm'] },
);
