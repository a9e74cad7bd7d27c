import '@tensorflow/tfjs';
import { ones } from '@tensorflow/tfjs-core';
import { describeOptions } from '@trainkit/testing/options';
import { describe, expect, it } from 'vitest';
import { BatchNorm, batchNorm, LayerNorm, layerNorm } from './index.js';
import * as layers from './layers.js';

describeOptions({
  BatchNorm: (options) => new BatchNorm(3, options),
  batchNorm: (options) => batchNorm(ones([2, 3]), options),
  LayerNorm: (options) => new LayerNorm(3, options),
  layerNorm: (options) => layerNorm(ones([2, 3]), 3, options),
});
describeOptions({ ...layers }, { entry: './layers' });

describe.each(Object.entries({ ...layers }))('the layer %s', (_, make) => {
  it('accepts the common options of tfjs-layers', () => {
    const layer = make({
      inputShape: [3],
      batchInputShape: [2, 3],
      batchSize: 2,
      dtype: 'float32',
      inputDType: 'float32',
      name: 'named',
      trainable: false,
      weights: [],
    });
    expect([layer.name, layer.trainable]).toEqual(['named', false]);
  });
});
