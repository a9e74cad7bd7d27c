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
      'BatchNorm: numFeatures is 0; expected a whole number of at least 1.',
    ],
    ['a fraction', () => new BatchNorm(2.5), 'numFeatures is 2.5; expected a whole number of at least 1.'],
    [
      'eps 0',
      () => new BatchNorm(2, { eps: 0 }),
      'BatchNorm: eps is 0; expected a finite number above 0. Write for example { eps: 1e-5 }.',
    ],
    [
      'eps NaN',
      () => new LayerNorm(2, { eps: NaN }),
      'LayerNorm: eps is NaN; expected a finite number above 0',
    ],
    [
      'momentum 2',
      () => new BatchNorm(2, { momentum: 2 }),
      'BatchNorm: momentum is 2; expected a finite number from 0 to 1, or null for the average of all batches. ' +
        'It is the weight of the new statistics: momentum 0.99 of Keras and TensorFlow.js is 0.01 here.',
    ],
    ['momentum NaN', () => new BatchNorm(2, { momentum: NaN }), 'momentum is NaN;'],
    [
      'affine as a word',
      () => Reflect.construct(BatchNorm, [2, { affine: 'yes' }]),
      'BatchNorm: affine is "yes"; expected true or false.',
    ],
    [
      'no shape',
      () => new LayerNorm([]),
      'LayerNorm: normalizedShape is []; expected the size of the last dimension, or those of the last dimensions, ' +
        'of at least 1. Write for example 512 or [28, 28].',
    ],
    ['a shape of null', () => Reflect.construct(LayerNorm, [null]), 'normalizedShape is null;'],
    ['a size of 0', () => new LayerNorm([2, 0]), 'normalizedShape is [2, 0];'],
    ...[BatchNorm, LayerNorm].flatMap((made): [string, () => unknown, string][] => [
      [
        `${made.name}, null for options`,
        () => Reflect.construct(made, [3, null]),
        `${made.name}: options is null; expected an object of named options.`,
      ],
      [
        `${made.name}, eps for options`,
        () => Reflect.construct(made, [3, 1e-3]),
        `${made.name}: options is 0.001; expected an object of named options.`,
      ],
    ]),
    ...[batchNormLayer, layerNormLayer].map((made): [string, () => unknown, string] => [
      `the layer ${made.name}, null for options`,
      () => Reflect.apply(made, undefined, [null]),
      `${made.name}: options is null; expected an object of named options.`,
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
      'batchNorm: x is a float32 tensor of shape [3]; expected two dimensions or more, [N, …, C], channels last. ' +
        'A batch of one example is tf.expandDims(x).',
    ],
    [
      'channels first',
      () => new BatchNorm(3).forward(tf.ones([2, 3, 4, 4])),
      'BatchNorm: x is a float32 tensor of shape [2, 3, 4, 4]; expected a last dimension of 3, which is numFeatures. ' +
        'Channels come last here, [N, height, width, C]; a layer that takes this x is new BatchNorm(4).',
    ],
    [
      'integers',
      () => new BatchNorm(3).forward(tf.ones([2, 3], 'int32')),
      "batchNorm: x is an int32 tensor of shape [2, 3]; expected float32. Write x.cast('float32').",
    ],
    [
      'numbers instead of a tensor',
      () => Reflect.apply(batchNorm, undefined, [[1, 2]]),
      'batchNorm: x is [1, 2]; expected a tensor. Write tf.tensor(…).',
    ],
    [
      'null for options',
      () => Reflect.apply(batchNorm, undefined, [tf.ones([2, 3]), null]),
      'batchNorm: options is null; expected an object of named options.',
    ],
    [
      'eps for options',
      () => Reflect.apply(layerNorm, undefined, [tf.ones([2, 3]), 3, 1e-3]),
      'layerNorm: options is 0.001; expected an object of named options.',
    ],
    [
      'a weight of another size',
      () => batchNorm(tf.ones([2, 3]), { training: true, weight: tf.ones([2]) }),
      'batchNorm: weight is a float32 tensor of shape [2]; expected the shape [3], one number for each of the 3 channels of x.',
    ],
    [
      'evaluation without statistics',
      () => batchNorm(tf.ones([2, 3])),
      'batchNorm: [runningMean, runningVar] is [null, null]; expected two tf.Variables. ' +
        "To normalize by the batch's own statistics, write { training: true }.",
    ],
    [
      'a cumulative average without a count',
      () => batchNorm(tf.ones([2, 3]), { training: true, momentum: null }),
      'batchNorm: numBatchesTracked is null; expected a variable where momentum is null, the average of all batches. ' +
        "Write numBatchesTracked: tf.variable(tf.scalar(0, 'int32'), false).",
    ],
    [
      'another last dimension',
      () => new LayerNorm(3).forward(tf.ones([2, 4])),
      'layerNorm: x is a float32 tensor of shape [2, 4]; expected the last dimensions [3], which is normalizedShape. ' +
        'Over its last dimension alone, write new LayerNorm(4).',
    ],
    ['too few dimensions', () => layerNorm(tf.ones([4]), [2, 4]), 'expected the last dimensions [2, 4]'],
    [
      'a bias of another shape',
      () => layerNorm(tf.ones([2, 4]), 4, { bias: tf.ones([1, 4]) }),
      'layerNorm: bias is a float32 tensor of shape [1, 4]; expected the shape [4], that of normalizedShape.',
    ],
  ])('%s', (_title, call, message) => {
    tf.tidy(() => {
      expect(call).toThrow(message);
    });
    // Modules that a row made.
    tf.engine().disposeVariables();
  });

  it('name the disposed tensor', () => {
    const x = tf.ones([2, 3]);
    for (const layer of [new BatchNorm(3), new LayerNorm(3)]) {
      layer.dispose();
      expect(() => layer.forward(x)).toThrow('weight, of shape [3], is disposed;');
    }
    x.dispose();
    const layer = new LayerNorm(3);
    expect(() => layer.forward(x)).toThrow(
      'layerNorm: x, of shape [2, 3], is disposed; expected a tensor with its data.',
    );
    layer.dispose();
  });
});
