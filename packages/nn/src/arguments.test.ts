import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  ELU,
  Flatten,
  GELU,
  GLU,
  Hardswish,
  huberLoss,
  klDiv,
  LeakyReLU,
  Linear,
  LogSoftmax,
  l1Loss,
  linear,
  Mish,
  mseLoss,
  nllLoss,
  PReLU,
  ReLU,
  SELU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  smoothL1Loss,
  Tanh,
} from './index.js';

const x = tf.ones([2, 3]);
const labels = tf.zeros([2], 'int32');
const layer = new Linear(3, 2);
const channels = new PReLU({ numParameters: 3 });

/** The losses of two tensors of one shape, and the names of their first arguments. */
const PAIRS: Record<string, [first: string, loss: (x: tf.Tensor, target: tf.Tensor) => tf.Tensor]> = {
  mseLoss: ['prediction', mseLoss],
  l1Loss: ['prediction', l1Loss],
  smoothL1Loss: ['prediction', smoothL1Loss],
  huberLoss: ['prediction', huberLoss],
  binaryCrossEntropy: ['probabilities', binaryCrossEntropy],
  binaryCrossEntropyWithLogits: ['logits', binaryCrossEntropyWithLogits],
  klDiv: ['logProbabilities', klDiv],
};

const ACTIVATIONS = {
  Tanh: new Tanh(),
  ReLU: new ReLU(),
  Sigmoid: new Sigmoid(),
  GELU: new GELU(),
  SiLU: new SiLU(),
  Mish: new Mish(),
  Hardswish: new Hardswish(),
  LeakyReLU: new LeakyReLU(),
  PReLU: new PReLU(),
  ELU: new ELU(),
  SELU: new SELU(),
  Softplus: new Softplus(),
  Softmax: new Softmax(),
  LogSoftmax: new LogSoftmax(),
  GLU: new GLU(),
};

const pairs = Object.entries(PAIRS).flatMap(([name, [first, loss]]): Entrance[] => [
  [`${name}: ${first}`, (value) => loss(value, x)],
  [`${name}: target`, (value) => loss(x, value)],
]);
const activations = Object.entries(ACTIVATIONS).map(
  ([name, activation]): Entrance => [`${name}: x`, (value) => activation.forward(value)],
);

type Entrance = [name: string, call: (value: tf.Tensor) => unknown];

describe('an argument that should be a tensor', () => {
  const entrances: Entrance[] = [
    ['linear: x', (value) => linear(value, layer.weight)],
    ['linear: weight', (value) => linear(x, value)],
    ['linear: bias', (value) => linear(x, layer.weight, value)],
    ['linear: x', (value) => new Sequential(layer).forward(value)],
    ['crossEntropy: logits', (value) => crossEntropy(value, labels)],
    ['crossEntropy: labels', (value) => crossEntropy(x, value)],
    ['accuracy: logits', (value) => accuracy(value, labels)],
    ['accuracy: labels', (value) => accuracy(x, value)],
    ['nllLoss: logProbabilities', (value) => nllLoss(value, labels)],
    ['nllLoss: labels', (value) => nllLoss(x, value)],
    ...pairs,
    ...activations,
    ['Flatten: x', (value) => new Flatten().forward(value)],
  ];

  it.each(entrances)('%s: is named if it is no tensor or was disposed', (name, call) => {
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
    '%s: is named if it is null',
    (name, call) => {
      for (const value of [null, undefined] as unknown[]) {
        expect(() => call(value as tf.Tensor)).toThrow(`${name} is ${value}; expected a tensor.`);
      }
    },
  );

  it('is named if a layer has been disposed', () => {
    const gone = new Linear(3, 2);
    gone.dispose();
    expect(() => gone.forward(x)).toThrow('linear: weight, of shape [3, 2], is disposed;');
    expect(() => gone.loadStateDict(layer.stateDict())).toThrow('disposed: weight of the model itself');
    expect(() => layer.loadStateDict(gone.stateDict())).toThrow(
      'disposed: weight; dispose the state after it was loaded',
    );
  });

  it.each([...pairs, ...activations])('%s: is named if it is not float32', (name, call) => {
    const before = tf.memory().numTensors;
    for (const dtype of ['int32', 'bool'] as const) {
      const value = tf.ones([2, 3], dtype);
      const article = dtype === 'int32' ? 'an' : 'a';
      expect(() => call(value)).toThrow(
        new TypeError(
          `${name} is ${article} ${dtype} tensor of shape [2, 3]; expected float32. ` +
            `Write ${name.split(': ')[1]}.cast('float32').`,
        ),
      );
      value.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(Object.entries(PAIRS))('%s: refuses a target of another shape', (name, [first, loss]) => {
    tf.tidy(() => {
      expect(() => loss(tf.zeros([3, 1]), tf.zeros([3]))).toThrow(
        new RangeError(
          `${name}: target is a float32 tensor of shape [3]; expected the shape of ${first}, [3, 1]. ` +
            `Of a column and a row, write ${first}.squeeze([1]).`,
        ),
      );
      expect(() => loss(tf.zeros([3]), tf.zeros([3, 1]))).toThrow(
        `expected the shape of ${first}, [3]. Of a column and a row, write target.squeeze([1]).`,
      );
      expect(() => loss(tf.zeros([3]), tf.zeros([2]))).toThrow(/expected the shape of \w+, \[3\]\.$/);
    });
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

  it.each<[string, () => unknown, string]>([
    [
      'LeakyReLU',
      () => new LeakyReLU({ negativeSlope: Number.NaN }),
      'negativeSlope is NaN; expected a finite number.',
    ],
    [
      'PReLU',
      () => new PReLU({ numParameters: 0 }),
      'numParameters is 0; expected a whole number of at least 1.',
    ],
    ['PReLU', () => new PReLU({ init: Infinity }), 'init is Infinity; expected a finite number.'],
    ['PReLU', () => channels.forward(tf.ones([5])), 'write new PReLU({ numParameters: 5 }).'],
    ['ELU', () => new ELU({ alpha: Infinity }), 'alpha is Infinity; expected a finite number.'],
    ['GELU', () => new GELU({ approximate: 'tanj' as 'tanh' }), 'expected "none" or "tanh". Write "tanh".'],
    ['Softplus', () => new Softplus({ beta: 0 }), 'beta is 0; expected a finite number above 0.'],
    [
      'Softplus',
      () => new Softplus({ threshold: Number.NaN }),
      'threshold is NaN; expected a finite number.',
    ],
    ['Softmax', () => new Softmax(0.5), 'dim is 0.5; expected a whole number.'],
    [
      'LogSoftmax',
      () => new LogSoftmax(2).forward(x),
      'dim is 2; expected a dimension of x, whose shape is [2, 3].',
    ],
    ['GLU', () => new GLU(-3).forward(x), 'dim is -3; expected a dimension of x, whose shape is [2, 3].'],
    ['GLU', () => new GLU().forward(x), 'expected an even size in dimension 1, to be halved.'],
    [
      'smoothL1Loss',
      () => smoothL1Loss(x, x, { beta: -1 }),
      'beta is -1; expected a finite number of at least 0.',
    ],
    ['huberLoss', () => huberLoss(x, x, { delta: 0 }), 'delta is 0; expected a finite number above 0.'],
    ['klDiv', () => klDiv(x, x, { logTarget: 1 as never }), 'logTarget is 1; expected true or false.'],
    ['klDiv', () => klDiv(x, x, { reduction: 'batchMean' as never }), 'Write "batchmean".'],
    [
      'klDiv',
      () => tf.tidy(() => klDiv(tf.scalar(0), tf.scalar(1), { reduction: 'batchmean' })),
      'at least one dimension',
    ],
    ['l1Loss', () => l1Loss(x, x, { reduction: 'max' as never }), 'expected "mean" or "sum" or "none".'],
    [
      'binaryCrossEntropyWithLogits',
      () => binaryCrossEntropyWithLogits(x, x, { posWeight: [1, 2] }),
      'posWeight is [1, 2]; expected a shape that broadcasts to that of the loss, [2, 3].',
    ],
    [
      'binaryCrossEntropyWithLogits',
      () => binaryCrossEntropyWithLogits(x, x, { weight: 'all' as never }),
      'weight is "all"; expected an array or a tensor of numbers.',
    ],
    [
      'binaryCrossEntropy',
      () => tf.tidy(() => binaryCrossEntropy(x, x, { weight: tf.ones([2, 3, 1]) })),
      'expected a shape that broadcasts to that of the loss, [2, 3].',
    ],
    [
      'binaryCrossEntropy',
      () => binaryCrossEntropy(x, x, { weight: labels }),
      "weight is an int32 tensor of shape [2]; expected float32. Write weight.cast('float32').",
    ],
    [
      'nllLoss',
      () => nllLoss(x, labels, { weight: [1, 2] }),
      'expected an array or a tensor of 3 numbers, one for each class.',
    ],
    [
      'nllLoss',
      () => nllLoss(x, labels, { ignoreIndex: 0.5 }),
      'ignoreIndex is 0.5; expected a whole number',
    ],
    [
      'nllLoss',
      () => tf.tidy(() => nllLoss(x, tf.tensor1d([0, 3], 'int32'))),
      'labels[1] is 3; expected a class from 0 to 2, since logProbabilities has 3 columns.',
    ],
  ])('of %s: refuses a wrong value', (name, call, message) => {
    const before = tf.memory().numTensors;
    const alone = () => tf.tidy(() => call() as never);
    expect(alone).toThrow(message);
    expect(alone).toThrow(new RegExp(`^${name}: `));
    expect(tf.memory().numTensors).toBe(before);
  });

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

  it('are refused if they are null or of another type', () => {
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
