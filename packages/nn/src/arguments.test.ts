import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  crossEntropy,
  Flatten,
  Linear,
  linear,
  mseLoss,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
} from './index.js';

const x = tf.ones([2, 3]);
const labels = tf.zeros([2], 'int32');
const layer = new Linear(3, 2);

describe('what should be a tensor', () => {
  const entrances: [string, (value: tf.Tensor) => unknown][] = [
    ['linear: x', (value) => linear(value, layer.weight)],
    ['linear: weight', (value) => linear(x, value)],
    ['linear: bias', (value) => linear(x, layer.weight, value)],
    ['linear: x', (value) => new Sequential(layer).forward(value)],
    ['crossEntropy: logits', (value) => crossEntropy(value, labels)],
    ['crossEntropy: labels', (value) => crossEntropy(x, value)],
    ['accuracy: logits', (value) => accuracy(value, labels)],
    ['accuracy: labels', (value) => accuracy(x, value)],
    ['mseLoss: prediction', (value) => mseLoss(value, x)],
    ['mseLoss: target', (value) => mseLoss(x, value)],
    ['Tanh: x', (value) => new Tanh().forward(value)],
    ['ReLU: x', (value) => new ReLU().forward(value)],
    ['Sigmoid: x', (value) => new Sigmoid().forward(value)],
    ['Flatten: x', (value) => new Flatten().forward(value)],
  ];

  it.each(entrances)('%s: is named where it is none or was disposed', (name, call) => {
    const before = tf.memory().numTensors;
    for (const [value, shown] of [
      [[[1, 2, 3]], '[[1, 2, 3]]'],
      ['x', '"x"'],
      [{ shape: [2, 3] }, '[object Object]'],
      [3, '3'],
    ] as [unknown, string][]) {
      expect(() => call(value as tf.Tensor)).toThrow(
        new TypeError(`${name} is ${shown}; expected a tensor. Write tf.tensor(…).`),
      );
    }
    const disposed = tf.ones([2, 3]);
    disposed.dispose();
    expect(() => call(disposed)).toThrow(
      `${name}, of shape [2, 3], is disposed; expected a tensor with its data. Dispose it after its last use, ` +
        'and return or tf.keep what outlives a tf.tidy.',
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(entrances.filter(([name]) => name !== 'linear: bias'))(
    '%s: is named where it is null',
    (name, call) => {
      for (const value of [null, undefined] as unknown[]) {
        expect(() => call(value as tf.Tensor)).toThrow(`${name} is ${value}; expected a tensor.`);
      }
    },
  );

  it('is named where a layer has been disposed', () => {
    const gone = new Linear(3, 2);
    gone.dispose();
    expect(() => gone.forward(x)).toThrow('linear: weight, of shape [3, 2], is disposed;');
    expect(() => gone.loadStateDict(layer.stateDict())).toThrow('disposed: weight of the model itself');
    expect(() => layer.loadStateDict(gone.stateDict())).toThrow(
      'disposed: weight; dispose the state after it was loaded',
    );
  });

  it('must be float32 as a weight', () => {
    tf.tidy(() => {
      const integers = tf.ones([3, 2], 'int32');
      expect(() => linear(x, integers)).toThrow(
        'linear: weight is an int32 tensor of shape [3, 2]; expected float32.',
      );
      expect(() => linear(x, layer.weight, tf.ones([2], 'int32'))).toThrow(
        'linear: bias is an int32 tensor of shape [2]; expected float32.',
      );
    });
  });
});

describe('options', () => {
  const none: unknown = null;

  it.each<[string, (options: object) => unknown]>([
    ['crossEntropy', (options) => crossEntropy(x, labels, options)],
    ['mseLoss', (options) => mseLoss(x, x, options)],
    ['Linear', (options) => new Linear(3, 2, options)],
    ['loadStateDict', (options) => layer.loadStateDict({}, options)],
  ])('of %s are an object', (name, call) => {
    for (const [given, shown] of [
      [null, 'null'],
      ['sum', '"sum"'],
    ] as [unknown, string][]) {
      expect(() => call(given as object)).toThrow(
        `${name}: options is ${shown}; expected an object of named options.`,
      );
    }
  });

  it.each<[unknown, string]>([
    [null, 'null'],
    ['abc', '"abc"'],
    [[1, '2', 3], '[1, "2", 3]'],
    [{ length: 3 }, '[object Object]'],
  ])('weight: refuses %j', (weight, shown) => {
    expect(() => crossEntropy(x, labels, { weight: weight as number[] })).toThrow(
      new TypeError(
        `crossEntropy: weight is ${shown}; expected an array or a tensor of 3 numbers, one for each class.`,
      ),
    );
  });

  it('are refused where they are null or of another type', () => {
    const weight = tf.ones([3]);
    weight.dispose();
    expect(() => crossEntropy(x, labels, { weight })).toThrow(
      'crossEntropy: weight, of shape [3], is disposed;',
    );
    expect(() => crossEntropy(x, labels, { labelSmoothing: none as number })).toThrow(
      'crossEntropy: labelSmoothing is null; expected a probability from 0 to 1.',
    );
    expect(() => new Linear(3, 2, { bias: none as boolean })).toThrow(
      'Linear: bias is null; expected true or false.',
    );
    const seed: unknown = 7;
    expect(() => new Linear(3, 2, { generator: seed as never })).toThrow(
      'Linear: generator is 7; expected a Generator of @trainkit/random. Write { generator: new Generator(7) }.',
    );
    expect(() => new Linear('3' as never, 2)).toThrow(
      'inFeatures is "3"; expected a whole number of at least 1.',
    );
  });
});
