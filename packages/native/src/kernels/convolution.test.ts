import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectKernelAsOnCpu, uniform } from '../../fixtures/against-cpu.js';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

const windows = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 40 }),
    channels: fc.constantFrom(1, 2, 3, 6, 17),
    outputs: fc.constantFrom(1, 2, 6, 16, 33, 40),
    filterHeight: fc.integer({ min: 1, max: 5 }),
    filterWidth: fc.integer({ min: 1, max: 5 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    isDilated: fc.boolean(),
    pad: fc.oneof(
      fc.constantFrom('same' as const, 'valid' as const),
      fc.integer({ min: 0, max: 3 }),
      fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 3 }))).map(
        ([top = 0, bottom = 0, left = 0, right = 0]): tf.backend_util.ExplicitPadding => [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
      ),
    ),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ isDilated, strides, dilations, ...rest }) => ({
    ...rest,
    // TensorFlow.js has either strides or dilations.
    strides: isDilated ? ([1, 1] as [number, number]) : strides,
    dilations: isDilated ? dilations : ([1, 1] as [number, number]),
  }))
  .filter(({ height, width, filterHeight, filterWidth, dilations, pad }) => {
    const rows = (filterHeight - 1) * dilations[0] + 1;
    const columns = (filterWidth - 1) * dilations[1] + 1;
    // TensorFlow.js takes the window's height for its width where the padding is one number.
    if (typeof pad === 'number' && rows !== columns) return false;
    return pad === 'same' || (rows <= height && columns <= width);
  });

it('computes a convolution and its gradients as the backend cpu does', async () => {
  await fc.assert(
    fc.asyncProperty(windows, async (w) => {
      const x = uniform([w.batch, w.height, w.width, w.channels], w.seed);
      const filter = uniform([w.filterHeight, w.filterWidth, w.channels, w.outputs], w.seed + 1);
      const { outShape } = tf.backend_util.computeConv2DInfo(
        [w.batch, w.height, w.width, w.channels],
        [w.filterHeight, w.filterWidth, w.channels, w.outputs],
        w.strides,
        w.dilations,
        w.pad,
      );
      const dy = uniform(outShape, w.seed + 2);
      const attrs = { strides: w.strides, pad: w.pad, dataFormat: 'NHWC', dilations: w.dilations };
      expectKernelAsOnCpu('Conv2D', { x, filter }, attrs);
      if (w.dilations.some((dilation) => dilation > 1)) return;
      expectKernelAsOnCpu('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape });
      expectKernelAsOnCpu('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape });
    }),
    { numRuns: 150 },
  );
});

it('sums long windows in blocks', () => {
  const x = uniform([2, 6, 7, 150], 1);
  const filter = uniform([3, 3, 150, 40], 2);
  const dy = uniform([2, 6, 7, 40], 3);
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
  expectKernelAsOnCpu('Conv2D', { x, filter }, attrs);
  expectKernelAsOnCpu('Conv2D', { x, filter }, { ...attrs, dilations: [2, 2] });
  expectKernelAsOnCpu('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape });
  expectKernelAsOnCpu('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape });
});

it('adds the bias and applies the activation of a fused convolution', () => {
  const x = uniform([2, 5, 6, 3], 1);
  const filter = uniform([3, 3, 3, 7], 2);
  const bias = uniform([7], 3);
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid']) {
    expectKernelAsOnCpu('FusedConv2D', { x, filter, bias }, { ...attrs, activation });
  }
  expectKernelAsOnCpu(
    'FusedConv2D',
    { x, filter, bias },
    { ...attrs, activation: 'leakyrelu', leakyreluAlpha: 0.3 },
  );
  const preluActivationWeights = uniform([7], 4);
  expectKernelAsOnCpu(
    'FusedConv2D',
    { x, filter, bias, preluActivationWeights },
    { ...attrs, activation: 'prelu' },
  );
});

it.each([Number.POSITIVE_INFINITY, Number.NaN])(
  'gives a weight of %s no zeros around the image',
  (weight) => {
    const x = uniform([2, 6, 7, 90], 1);
    const filter = uniform([3, 3, 90, 40], 2);
    filter.values[5] = weight;
    const dy = uniform([2, 6, 7, 40], 3);
    x.values.forEach((value, i) => {
      x.values[i] = Math.abs(value) + 0.1;
    });
    dy.values.forEach((value, i) => {
      dy.values[i] = Math.abs(value) + 0.1;
    });
    const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
    expectKernelAsOnCpu('Conv2D', { x, filter }, attrs);
    expectKernelAsOnCpu('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape });
  },
);

it('leaves channels first to the backend cpu', () => {
  const x = uniform([2, 3, 5, 6], 1);
  const filter = uniform([3, 3, 3, 7], 2);
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NCHW', dilations: [1, 1] };
  expectKernelAsOnCpu('Conv2D', { x, filter }, attrs);
});

it('convolves one dimension by way of two', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const y = tf.conv1d(tf.tensor2d([1, 2, 3], [3, 1]), tf.tensor3d([1, 10], [2, 1, 1]), 1, 'valid');
    expect(y.dataSync()).toEqual(Float32Array.of(21, 32));
  });
  expect(tf.memory().numTensors).toBe(before);
});

it('has the same bits on every number of threads and instruction set', async () => {
  // batch, in height, width, channels, out height, width, channels, filter, strides, dilations,
  // padding
  const geometries = [
    [16, 28, 28, 1, 28, 28, 6, 5, 5, 1, 1, 1, 1, 2, 2],
    [16, 14, 14, 6, 10, 10, 16, 5, 5, 1, 1, 1, 1, 0, 0],
    [3, 15, 17, 40, 8, 9, 50, 3, 3, 2, 2, 1, 1, 1, 1],
    [2, 9, 9, 64, 9, 9, 33, 1, 1, 1, 1, 1, 1, 0, 0],
    [1, 40, 500, 2, 40, 500, 3, 3, 3, 1, 1, 1, 1, 1, 1],
  ] as const;
  await expectSameBits(
    geometries.flatMap((numbers) => {
      const [batch, height, width, channels, outHeight, outWidth, outputs, rows, columns] = numbers;
      const x = batch * height * width * channels;
      const y = batch * outHeight * outWidth * outputs;
      const filter = rows * columns * channels * outputs;
      return [
        { kernel: 'convolution', numbers, arrays: [x, filter, outputs, y] },
        { kernel: 'convolutionInputGradient', numbers, arrays: [y, filter, x] },
        { kernel: 'convolutionFilterGradient', numbers, arrays: [x, y, filter] },
      ];
    }),
  );
});
