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
    width: fc.integer({ min: 1, max: 12 }),
    channels: fc.constantFrom(1, 3, 16, 17, 40),
    multiplier: fc.integer({ min: 1, max: 3 }),
    filterHeight: fc.integer({ min: 1, max: 6 }),
    filterWidth: fc.integer({ min: 1, max: 6 }),
    step: fc.integer({ min: 1, max: 3 }),
    isDilated: fc.boolean(),
    pad: fc.constantFrom('same' as const, 'valid' as const),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .filter(({ height, width, filterHeight, filterWidth, step, isDilated, pad }) => {
    const dilation = isDilated ? step : 1;
    return pad === 'same' || ((filterHeight - 1) * dilation < height && (filterWidth - 1) * dilation < width);
  });

it('computes a depthwise convolution and its gradients as the backend cpu does', () => {
  fc.assert(
    fc.property(windows, (w) => {
      const x = uniform([w.batch, w.height, w.width, w.channels], w.seed);
      const filter = uniform([w.filterHeight, w.filterWidth, w.channels, w.multiplier], w.seed + 1);
      const strides = w.isDilated ? 1 : w.step;
      const dilations = w.isDilated ? w.step : 1;
      const { outShape } = tf.backend_util.computeConv2DInfo(
        [w.batch, w.height, w.width, w.channels],
        [w.filterHeight, w.filterWidth, w.channels, w.multiplier],
        strides,
        dilations,
        w.pad,
        undefined,
        true,
      );
      const dy = uniform(outShape, w.seed + 2);
      const attrs = {
        strides: [strides, strides],
        dilations: [dilations, dilations],
        pad: w.pad,
        dataFormat: 'NHWC',
      };
      expectKernelAsOnCpu('DepthwiseConv2dNative', { x, filter }, attrs);
      // The backend cpu has gradients without dilation alone.
      if (dilations > 1) return;
      expectKernelAsOnCpu(
        'DepthwiseConv2dNativeBackpropInput',
        { dy, filter },
        { ...attrs, inputShape: x.shape },
      );
      expectKernelAsOnCpu(
        'DepthwiseConv2dNativeBackpropFilter',
        { x, dy },
        { ...attrs, filterShape: filter.shape },
      );
    }),
    { numRuns: 150 },
  );
});

it('adds the bias and applies the activation of a fused convolution', () => {
  const x = uniform([2, 5, 6, 7], 1);
  const filter = uniform([3, 3, 7, 2], 2);
  const bias = uniform([14], 3);
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
  for (const activation of ['linear', 'relu', 'relu6']) {
    expectKernelAsOnCpu('FusedDepthwiseConv2D', { x, filter, bias }, { ...attrs, activation });
  }
});

it('has gradients with dilation, as a sum of shifted products has', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const dy = tf.tensor4d([1, 2, 4], [1, 1, 3, 1]);
    const filter = tf.tensor4d([10, 100], [1, 2, 1, 1]);
    const input = tf.tensor4d([1, 2, 3, 4, 5], [1, 1, 5, 1]);
    const attrs = { strides: [1, 1], dilations: [1, 2], pad: 'valid' };
    const dx: tf.Tensor = tf.engine().runKernel(
      'DepthwiseConv2dNativeBackpropInput',
      { dy, filter },
      {
        ...attrs,
        inputShape: [1, 1, 5, 1],
      },
    );
    expect(dx.dataSync()).toEqual(Float32Array.of(10, 20, 140, 200, 400));
    const dw: tf.Tensor = tf.engine().runKernel(
      'DepthwiseConv2dNativeBackpropFilter',
      { x: input, dy },
      {
        ...attrs,
        filterShape: [1, 2, 1, 1],
      },
    );
    expect(dw.dataSync()).toEqual(Float32Array.of(17, 31));
  });
  expect(tf.memory().numTensors).toBe(before);
});

it('has the same bits on every number of threads and instruction set', async () => {
  const geometries = [
    [16, 20, 20, 32, 20, 20, 32, 3, 3, 1, 1, 1, 1, 1, 1],
    [3, 15, 17, 40, 8, 9, 80, 5, 5, 2, 2, 1, 1, 2, 2],
  ] as const;
  await expectSameBits(
    geometries.flatMap((numbers) => {
      const [batch, height, width, channels, outHeight, outWidth, outputs, rows, columns] = numbers;
      const x = batch * height * width * channels;
      const y = batch * outHeight * outWidth * outputs;
      const filter = rows * columns * outputs;
      return [
        { kernel: 'depthwiseConvolution', numbers, arrays: [x, filter, outputs, y] },
        { kernel: 'depthwiseInputGradient', numbers, arrays: [y, filter, x] },
        { kernel: 'depthwiseFilterGradient', numbers, arrays: [x, y, filter] },
      ];
    }),
  );
});
