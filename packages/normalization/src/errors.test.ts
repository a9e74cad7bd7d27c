import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { BatchNorm, batchNorm, LayerNorm, layerNorm } from './index.js';
import { batchNorm as batchNormLayer, layerNorm as layerNormLayer } from './layers.js';

describe('options', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no features',
      () => new BatchNorm(0),
      'BatchNorm: numFeatures is a whole number of at least 1; received 0.',
    ],
    ['a fraction', () => new BatchNorm(2.5), 'numFeatures is a whole number of at least 1; received 2.5.'],
    [
      'eps 0',
      () => new BatchNorm(2, { eps: 0 }),
      'BatchNorm: eps must be a finite number above 0, such as 1e-5; received 0.',
    ],
    ['eps NaN', () => new LayerNorm(2, { eps: NaN }), 'LayerNorm: eps must be a finite number above 0'],
    [
      'momentum 2',
      () => new BatchNorm(2, { momentum: 2 }),
      'BatchNorm: momentum is the weight of the new statistics, from 0 to 1, or null for the cumulative average; ' +
        'received 2. What Keras and TensorFlow.js call momentum 0.99 is 0.01 here.',
    ],
    ['momentum NaN', () => new BatchNorm(2, { momentum: NaN }), 'received NaN.'],
    [
      'affine as a word',
      () => Reflect.construct(BatchNorm, [2, { affine: 'yes' }]),
      'BatchNorm: affine must be true or false; received "yes".',
    ],
    [
      'no shape',
      () => new LayerNorm([]),
      'LayerNorm: normalizedShape is the size of the last dimension, or those of the last dimensions, like 512 or ' +
        '[28, 28]: whole numbers of at least 1; received [].',
    ],
    ['a shape of null', () => Reflect.construct(LayerNorm, [null]), 'received null.'],
    ['a size of 0', () => new LayerNorm([2, 0]), 'received [2, 0].'],
    ...[BatchNorm, LayerNorm].flatMap((made): [string, () => unknown, string][] => [
      [
        `${made.name}, null for options`,
        () => Reflect.construct(made, [3, null]),
        `${made.name}: options is an object, like {}, or left out; received null.`,
      ],
      [
        `${made.name}, eps for options`,
        () => Reflect.construct(made, [3, 1e-3]),
        `${made.name}: options is an object, like {}, or left out; received 0.001.`,
      ],
    ]),
    ...[batchNormLayer, layerNormLayer].map((made): [string, () => unknown, string] => [
      `the layer ${made.name}, null for options`,
      () => Reflect.apply(made, undefined, [null]),
      `${made.name}: options is an object, like {}, or left out; received null.`,
    ]),
  ])('%s', (_title, make, message) => {
    const before = tf.memory().numTensors;
    expect(make).toThrow(message);
    expect(tf.memory().numTensors, 'nothing was made').toBe(before);
  });
});

describeBackends('errors', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a vector',
      () => new BatchNorm(3).forward(tf.ones([3])),
      'batchNorm: x must have two dimensions or more, [N, …, C], channels last; received [3]. ' +
        'A batch of one example is tf.expandDims(x).',
    ],
    [
      'channels first',
      () => new BatchNorm(3).forward(tf.ones([2, 3, 4, 4])),
      'BatchNorm: the last dimension of x must be 3, which is numFeatures; received x of shape [2, 3, 4, 4]. ' +
        'Channels come last here, [N, height, width, C]; a layer that takes this x is new BatchNorm(4).',
    ],
    [
      'integers',
      () => new BatchNorm(3).forward(tf.ones([2, 3], 'int32')),
      "batchNorm: x must be float32; received int32. Write x.cast('float32').",
    ],
    [
      'numbers instead of a tensor',
      () => Reflect.apply(batchNorm, undefined, [[1, 2]]),
      'batchNorm: x must be a tensor; received [1, 2]. Write tf.tensor(…).',
    ],
    [
      'null for options',
      () => Reflect.apply(batchNorm, undefined, [tf.ones([2, 3]), null]),
      'batchNorm: options is an object, like {}, or left out; received null.',
    ],
    [
      'eps for options',
      () => Reflect.apply(layerNorm, undefined, [tf.ones([2, 3]), 3, 1e-3]),
      'layerNorm: options is an object, like {}, or left out; received 0.001.',
    ],
    [
      'a weight of another size',
      () => batchNorm(tf.ones([2, 3]), { training: true, weight: tf.ones([2]) }),
      'batchNorm: weight must have the shape [3], one number for each of the 3 channels of x; received [2].',
    ],
    [
      'evaluation without statistics',
      () => batchNorm(tf.ones([2, 3])),
      'batchNorm: runningMean and runningVar must both be tf.Variables; received null and null. ' +
        "To normalize by the batch's own statistics: { training: true }.",
    ],
    [
      'a cumulative average without a count',
      () => batchNorm(tf.ones([2, 3]), { training: true, momentum: null }),
      'batchNorm: momentum null is the average of all batches, which needs their number: pass ' +
        "numBatchesTracked: tf.variable(tf.scalar(0, 'int32'), false).",
    ],
    [
      'another last dimension',
      () => new LayerNorm(3).forward(tf.ones([2, 4])),
      'layerNorm: the last dimensions of x must be [3], which is normalizedShape; received x of shape [2, 4]. ' +
        'A layer that takes this x over its last dimension is new LayerNorm(4).',
    ],
    ['too few dimensions', () => layerNorm(tf.ones([4]), [2, 4]), 'the last dimensions of x must be [2, 4]'],
    [
      'a bias of another shape',
      () => layerNorm(tf.ones([2, 4]), 4, { bias: tf.ones([1, 4]) }),
      'layerNorm: bias must have the shape [4], that of normalizedShape; received [1, 4].',
    ],
  ])('%s', (_title, call, message) => {
    tf.tidy(() => {
      expect(call).toThrow(message);
    });
    // Modules that a row made.
    tf.engine().disposeVariables();
  });

  it('say what was disposed', () => {
    const x = tf.ones([2, 3]);
    for (const layer of [new BatchNorm(3), new LayerNorm(3)]) {
      layer.dispose();
      expect(() => layer.forward(x)).toThrow('weight was disposed.');
    }
    x.dispose();
    const layer = new LayerNorm(3);
    expect(() => layer.forward(x)).toThrow(
      'layerNorm: x was disposed. Call before dispose(), or outside of the tf.tidy that ended its life.',
    );
    layer.dispose();
  });
});
