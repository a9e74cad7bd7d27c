import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose, forgetKernels } from '@trainkit/testing';
import { afterEach, expect, it, vi } from 'vitest';

const none = { on: vi.fn(() => null) };

afterEach(() => {
  vi.doUnmock('./normalization.code.js');
  vi.resetModules();
  forgetKernels();
});

describeBackends(
  'without WebAssembly SIMD',
  () => {
    it('both normalizations and their gradients are computed in JavaScript', async () => {
      const run = async (): Promise<number[][]> => {
        const { BatchNorm, LayerNorm } = await import('./index.js');
        return tf.tidy(() => {
          const x = tf.reshape(tf.cos(tf.range(0, 55)), [5, 11]);
          const layers = [
            new BatchNorm(11),
            new LayerNorm(11),
            new LayerNorm(11, { bias: false }),
            new LayerNorm(11, { elementwiseAffine: false }),
          ];
          return layers.flatMap((layer) => {
            const outputs = [
              layer.forward(x),
              ...tf
                .engine()
                .gradients(() => tf.square(layer.forward(x)), [x, ...layer.parameters()], undefined, true)
                .grads,
            ].map((tensor) => Array.from(tensor.dataSync()));
            layer.dispose();
            return outputs;
          });
        });
      };
      const expected = await run();
      vi.resetModules();
      forgetKernels();
      vi.doMock('./normalization.code.js', () => ({ normalizationCode: none }));
      const actual = await run();
      expect(none.on).toHaveBeenCalled();
      expect(actual.length).toBe(expected.length);
      tf.tidy(() => {
        for (const [i, values] of actual.entries()) {
          expectAllClose(tf.tensor1d(values), expected[i]!, { atol: 1e-5, rtol: 1e-5 });
        }
      });
    });
  },
  { backends: ['wasm'] },
);
