import '@tensorflow/tfjs';
import { ones } from '@tensorflow/tfjs-core';
import { describeOptions } from '@trainkit/testing/options';
import { expect, it } from 'vitest';
import { Dropout, dropout, dropoutMask } from './index.js';
import * as layers from './layers.js';

describeOptions({
  Dropout: (options) => new Dropout(0.5, options),
  dropout: (options) => dropout(ones([2]), 0.5, options),
  dropoutMask: (options) => dropoutMask([2], 0.5, options),
});
describeOptions({ ...layers }, { entry: './layers' });

it('the layer accepts the common options of tfjs-layers', () => {
  const layer = layers.dropout({
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
