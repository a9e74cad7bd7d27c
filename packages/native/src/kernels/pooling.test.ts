import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectKernelAsOnCpu, uniform } from '../../fixtures/against-cpu.js';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const pools = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 12 }),
    channels: fc.constantFrom(0, 1, 3, 6, 16, 17, 40),
    filterSize: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    pad: fc.constantFrom('same' as const, 'valid' as const),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .filter(
    ({ height, width, filterSize: [rows, columns], pad }) =>
      pad === 'same' || (rows <= height && columns <= width),
  );

it('pools, and distributes gradients, as the backend cpu does', () => {
  fc.assert(
    fc.property(pools, ({ batch, height, width, channels, seed, ...attrs }) => {
      const x = uniform([batch, height, width, channels], seed);
      // Some equal numbers.
      x.values.forEach((value, i) => {
        x.values[i] = Math.round(value * 4) / 4;
      });
      const { filterSize, strides, pad } = attrs;
      const info = tf.backend_util.computePool2DInfo(
        [batch, height, width, channels],
        filterSize,
        strides,
        1,
        pad,
      );
      const dy = uniform(info.outShape, seed + 1);
      const output = uniform(info.outShape, seed + 2);
      expectKernelAsOnCpu('MaxPool', { x }, attrs, 0);
      expectKernelAsOnCpu('AvgPool', { x }, attrs, 1e-6);
      expectKernelAsOnCpu('MaxPoolGrad', { dy, input: x, output }, attrs, 1e-6);
      if (pad === 'valid') expectKernelAsOnCpu('AvgPoolGrad', { dy, input: x }, attrs, 1e-6);
    }),
    { numRuns: 200 },
  );
});

it.each([true, false])(
  'finds the positions of the greatest numbers, with the image %s',
  (includeBatchInIndex) => {
    const x = uniform([3, 7, 8, 19], 1);
    for (const pad of ['same', 'valid']) {
      expectKernelAsOnCpu(
        'MaxPoolWithArgmax',
        { x },
        { filterSize: [3, 2], strides: [2, 2], pad, includeBatchInIndex },
        0,
      );
    }
  },
);

it('passes over NaN as the backend cpu does', () => {
  const x = uniform([1, 4, 4, 3], 1);
  for (const i of [0, 5, 7, 20, 21]) x.values[i] = Number.NaN;
  x.values.fill(Number.NaN, 24);
  const attrs = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' };
  const dy = uniform([1, 2, 2, 3], 2);
  expectKernelAsOnCpu('MaxPool', { x }, attrs, 0);
  expectKernelAsOnCpu('MaxPoolGrad', { dy, input: x, output: dy }, attrs, 0);
});

it('gives each number of an average at the edge its share of the gradient', () => {
  tf.tidy(() => {
    const inputs = { dy: tf.ones([1, 2, 2, 1]), input: tf.zeros([1, 3, 3, 1]) };
    const attrs = { filterSize: 2, strides: 2, pad: 'same' };
    const dx: tf.Tensor = tf.engine().runKernel('AvgPoolGrad', inputs, attrs);
    expect(dx.dataSync()).toEqual(Float32Array.of(0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1));
  });
});

it('has the same bits on every number of threads and instruction set', async () => {
  const geometries = [
    [16, 28, 28, 6, 14, 14, 6, 2, 2, 2, 2, 1, 1, 0, 0],
    [3, 40, 41, 35, 20, 21, 35, 3, 3, 2, 2, 1, 1, 1, 1],
  ] as const;
  await expectSameBits(
    geometries.flatMap((numbers) => {
      const [batch, height, width, channels, outHeight, outWidth] = numbers;
      const x = batch * height * width * channels;
      const y = batch * outHeight * outWidth * channels;
      return [
        { kernel: 'maxPool', numbers, arrays: [x, y] },
        { kernel: 'averagePool', numbers, arrays: [x, y] },
        { kernel: 'maxPoolGradient', numbers, arrays: [x, y, x] },
        { kernel: 'averagePoolGradient', numbers, arrays: [y, x] },
      ];
    }),
  );
});
