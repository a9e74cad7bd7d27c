import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import golden from '../../goldens/cross-entropy.json' with { type: 'json' };
import { accuracy, type CrossEntropyOptions, crossEntropy } from '../index.js';

/** Parses numbers of JSON, in which NaN and infinities are strings. */
const numbers = (values: readonly (number | string)[]) => values.map(Number);

describeBackends('crossEntropy', () => {
  it.each(golden.cases)('is PyTorch’s: $title', ({ logits, labels, weighted, options, loss, gradient }) => {
    tf.tidy(() => {
      const classes = tf.tensor1d(labels, 'int32');
      const given = { ...options, ...(weighted ? { weight: golden.weight } : {}) } as CrossEntropyOptions;
      const f = (x: tf.Tensor) =>
        tf.reshape(crossEntropy(x, classes, { ...given, reduction: given.reduction as 'none' }), [-1]);
      const x = tf.tensor2d(logits.map(numbers));
      expectAllClose(f(x), numbers(loss), { rtol: 2e-6 });
      const factors = tf.range(1, loss.length + 1);
      expectAllClose(tf.grad(f)(x, factors), numbers(gradient), { rtol: 2e-6 });
    });
  });

  it('accepts weights of int32', () => {
    tf.tidy(() => {
      const [logits, labels] = [tf.tensor2d([[1, 2, 3]]), tf.tensor1d([1], 'int32')];
      const weight = tf.tensor1d([1, 2, 3], 'int32');
      expectAllClose(
        crossEntropy(logits, labels, { weight }),
        crossEntropy(logits, labels, { weight: [1, 2, 3] }),
      );
    });
  });

  it('weighs 1,000 rows as exactly as it adds them', () => {
    tf.tidy(() => {
      const [logits, labels] = [tf.zeros([1000, 10]), tf.zeros([1000], 'int32')];
      const loss = crossEntropy(logits, labels, { weight: Array(10).fill(0.1) });
      expectAllClose(loss, Math.LN10, { atol: 0, rtol: 1e-6 });
    });
  });

  it.each([0, 0.1])(
    'gives an ignored row the gradient 0 if the gradient of its loss is not finite, smoothing %f',
    (labelSmoothing) => {
      tf.tidy(() => {
        const logits = tf.tensor2d([
          [2, 1, 0],
          [0, 3, 0],
        ]);
        const labels = tf.tensor1d([0, -100], 'int32');
        // The root of the ignored row's loss, 0, has an infinite derivative.
        const roots = (x: tf.Tensor) =>
          tf.sum(tf.sqrt(crossEntropy(x, labels, { reduction: 'none', labelSmoothing })));
        expect(Array.from(tf.grad(roots)(logits).dataSync().slice(3), Math.abs)).toEqual([0, 0, 0]);
        const losses = (x: tf.Tensor) => crossEntropy(x, labels, { reduction: 'none', labelSmoothing });
        const upstream = tf.tensor1d([1, Number.NaN]);
        expect(Array.from(tf.grad(losses)(logits, upstream).dataSync().slice(3), Math.abs)).toEqual([
          0, 0, 0,
        ]);
      });
    },
  );

  it('refuses an ignored label that int32 cannot hold', () => {
    tf.tidy(() => {
      const [logits, labels] = [tf.zeros([1, 3]), tf.zeros([1], 'int32')];
      expect(() => crossEntropy(logits, labels, { ignoreIndex: 2 ** 32 })).toThrow(
        'crossEntropy: ignoreIndex is 4294967296; expected a whole number from -2147483648 to 2147483647.',
      );
    });
  });

  it('accepts the weights as a tensor', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([
        [1, 2],
        [0, -1],
      ]);
      const labels = tf.tensor1d([0, 1], 'int32');
      expectAllClose(
        crossEntropy(logits, labels, { weight: tf.tensor1d([1, 3]) }),
        crossEntropy(logits, labels, { weight: [1, 3] }),
      );
    });
  });

  it('has second derivatives, with and without options', () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([1, 0], 'int32');
      for (const options of [{}, { labelSmoothing: 0.2, weight: [1, 2, 0.5] }, { ignoreIndex: 1 }]) {
        const slope = (x: tf.Tensor) =>
          tf.sum(tf.square(tf.grad((at: tf.Tensor) => crossEntropy(at, labels, options))(x)));
        const x = tf.tensor2d([
          [1, -0.5, 0.3],
          [0.2, 0.9, -1],
        ]);
        const curvature = tf.grad(slope)(x).dataSync();
        const step = 1e-2;
        for (let i = 0; i < x.size; i++) {
          const at = (h: number) =>
            slope(tf.add(x, tf.reshape(tf.mul(h, tf.oneHot(i, 6)), [2, 3]))).dataSync()[0]!;
          expectAllClose([curvature[i]!], [(at(step) - at(-step)) / (2 * step)], { atol: 1e-4, rtol: 1e-2 });
        }
      }
    });
  });

  it.each<CrossEntropyOptions>([{}, { weight: [1, 2, 3], labelSmoothing: 0.1 }])(
    'of an empty batch is NaN, its sum 0, with %j',
    (options) => {
      tf.tidy(() => {
        tf.dispose(tf.fill([100], 7));
        const [logits, labels] = [tf.zeros([0, 3]), tf.zeros([0], 'int32')];
        expectAllClose(crossEntropy(logits, labels, { ...options, reduction: 'mean' }), [Number.NaN]);
        expectAllClose(crossEntropy(logits, labels, { ...options, reduction: 'sum' }), [0]);
        expect(crossEntropy(logits, labels, { ...options, reduction: 'none' }).shape).toEqual([0]);
        expectAllClose(accuracy(logits, labels), [Number.NaN]);
        const f = (x: tf.Tensor) => crossEntropy(x, labels, { ...options, reduction: 'mean' });
        expect(tf.grad(f)(logits).shape).toEqual([0, 3]);
      });
    },
  );

  it('computes the gradient of 1,000 smoothed classes to float32’s precision', () => {
    tf.tidy(() => {
      const values = Float32Array.from({ length: 1000 }, (_, c) => 4 * Math.sin(c * 1.7));
      const x = tf.tensor2d(values, [1, 1000]);
      const f = (at: tf.Tensor) => crossEntropy(at, tf.tensor1d([3], 'int32'), { labelSmoothing: 0.1 });
      const exponentials = Array.from(values, Math.exp);
      const sum = exponentials.reduce((a, b) => a + b, 0);
      const expected = exponentials.map((e, c) => e / sum - 0.1 / 1000 - (c === 3 ? 0.9 : 0));
      // About 8 roundings, relative to the terms, since they cancel where softmax is near ε/C.
      expectAllClose(tf.grad(f)(x), expected, { atol: 4e-10, rtol: 2e-6 });
    });
  });

  it.each([0, 0.1])(
    'is NaN, as in PyTorch, if the weights of all labels are 0, smoothing %f',
    (labelSmoothing) => {
      tf.tidy(() => {
        const logits = tf.tensor2d([
          [1, 2, 3],
          [0, 1, 0],
        ]);
        const labels = tf.tensor1d([0, 0], 'int32');
        const f = (x: tf.Tensor) => crossEntropy(x, labels, { weight: [0, 1, 2], labelSmoothing });
        expectAllClose(f(logits), [Number.NaN]);
        expectAllClose(tf.grad(f)(logits), Array(6).fill(Number.NaN));
      });
    },
  );

  it.each([0, 0.1])('of no rows and no classes is that of no rows, smoothing %f', (labelSmoothing) => {
    tf.tidy(() => {
      const [logits, labels] = [tf.zeros([0, 0]), tf.zeros([0], 'int32')];
      const f = (x: tf.Tensor) => crossEntropy(x, labels, { labelSmoothing });
      expectAllClose(f(logits), [Number.NaN]);
      expectAllClose(crossEntropy(logits, labels, { labelSmoothing, reduction: 'sum' }), [0]);
      expect(crossEntropy(logits, labels, { labelSmoothing, reduction: 'none' }).shape).toEqual([0]);
      expect(tf.grad(f)(logits).shape).toEqual([0, 0]);
      expectAllClose(accuracy(logits, labels), [Number.NaN]);
    });
  });

  it('of rows without classes is an error', () => {
    tf.tidy(() => {
      const [logits, labels] = [tf.zeros([2, 0]), tf.fill([2], -100, 'int32')];
      expect(() => crossEntropy(logits, labels)).toThrow(
        'crossEntropy: logits is a float32 tensor of shape [2, 0]; expected a column for each class.',
      );
      expect(() => accuracy(logits, labels)).toThrow(
        'accuracy: logits is a float32 tensor of shape [2, 0]; expected a column for each class.',
      );
    });
  });

  it('names the place of a label that is no class in several dimensions', () => {
    tf.tidy(() => {
      const labels = tf.tensor2d(
        [
          [0, 1, 2],
          [2, 3, 0],
        ],
        [2, 3],
        'int32',
      );
      expect(() => crossEntropy(tf.zeros([2, 3, 3]), labels)).toThrow(
        'crossEntropy: labels[1, 1] is 3; expected a class from 0 to 2, since logits has 3 columns.',
      );
    });
  });

  it('has second derivatives for probabilities', () => {
    tf.tidy(() => {
      const target = tf.tensor2d([[0.2, 0.5, 0.3]]);
      const slope = (x: tf.Tensor) =>
        tf.sum(tf.square(tf.grad((at: tf.Tensor) => crossEntropy(at, target))(x)));
      const x = tf.tensor2d([[1, -0.5, 0.3]]);
      const curvature = tf.grad(slope)(x).dataSync();
      const step = 1e-2;
      for (let i = 0; i < x.size; i++) {
        const at = (h: number) =>
          slope(tf.add(x, tf.reshape(tf.mul(h, tf.oneHot(i, 3)), [1, 3]))).dataSync()[0]!;
        expectAllClose([curvature[i]!], [(at(step) - at(-step)) / (2 * step)], { atol: 1e-4, rtol: 1e-2 });
      }
    });
  });

  it.each(['mean', 'sum', 'none'] as const)('of an empty batch of sentences, %s', (reduction) => {
    tf.tidy(() => {
      tf.dispose(tf.fill([100], 7));
      const logits = tf.zeros([0, 5, 3]);
      const expected = { mean: [Number.NaN], sum: [0], none: [] }[reduction];
      for (const labels of [tf.zeros([0, 5], 'int32'), tf.zeros([0, 5, 3])]) {
        const f = (x: tf.Tensor) => crossEntropy(x, labels, { reduction });
        expectAllClose(f(logits), expected);
        expect(f(logits).shape).toEqual(reduction === 'none' ? [0, 5] : []);
        expect(tf.grad(f)(logits).shape).toEqual([0, 5, 3]);
      }
    });
  });

  it('names a label that is no class', () => {
    const logits = tf.zeros([3, 10]);
    for (const label of [10, -1]) {
      const labels = tf.tensor1d([0, label, 2], 'int32');
      expect(() => crossEntropy(logits, labels)).toThrow(
        `crossEntropy: labels[1] is ${label}; expected a class from 0 to 9, since logits has 10 columns. ` +
          `To leave its rows out, write { ignoreIndex: ${label} }.`,
      );
      labels.dispose();
    }
    logits.dispose();
  });
});

describe('crossEntropy', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const logits = tf.tensor2d([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const labels = tf.tensor1d([0, 1], 'int32');

  it.each<[string, tf.Tensor, tf.Tensor, CrossEntropyOptions & { reduction?: 'sum' }, string]>([
    [
      'float labels',
      logits,
      tf.tensor1d([0, 1]),
      {},
      "labels is a float32 tensor of shape [2]; expected int32. Write labels.cast('int32').",
    ],
    [
      'one-hot labels',
      logits,
      tf.ones([2, 3], 'int32'),
      {},
      'labels is an int32 tensor of shape [2, 3]; expected the shape [2], one label for each row of logits. Of one-hot labels, write labels.argMax(1).',
    ],
    [
      'a column of labels',
      logits,
      tf.ones([2, 1], 'int32'),
      {},
      'one label for each row of logits. Of a column, write labels.squeeze([1]).',
    ],
    [
      'too few labels',
      logits,
      tf.ones([1], 'int32'),
      {},
      'labels is an int32 tensor of shape [1]; expected the shape [2], one label for each row of logits.',
    ],
    [
      'logits of rank 1',
      tf.cast(labels, 'float32'),
      labels,
      {},
      'logits is a float32 tensor of shape [2]; expected the shape [N, …, C], one row of scores for each label.',
    ],
    [
      'classes second, as in PyTorch',
      tf.zeros([2, 3, 5]),
      tf.zeros([2, 5], 'int32'),
      {},
      'labels is an int32 tensor of shape [2, 5]; expected the shape [2, 3], one label for each row of logits. ' +
        'Classes are the last dimension here, not the second: write logits.transpose([0, 2, 1]).',
    ],
    [
      'probabilities of another shape',
      logits,
      tf.ones([2, 2]),
      {},
      'labels is a float32 tensor of shape [2, 2]; expected probabilities of the shape of logits, [2, 3], or int32 labels.',
    ],
    [
      'probabilities with a class that counts for nothing',
      logits,
      tf.ones([2, 3]),
      { ignoreIndex: 1 },
      'ignoreIndex is 1; expected no class where the labels are probabilities. Leave it out.',
    ],
    [
      'probabilities without classes',
      tf.ones([2, 0]),
      tf.ones([2, 0]),
      {},
      'logits is a float32 tensor of shape [2, 0]; expected a column for each class.',
    ],
    [
      'integer logits',
      tf.cast(logits, 'int32'),
      labels,
      {},
      'logits is an int32 tensor of shape [2, 3]; expected float32.',
    ],
    [
      'too many weights',
      logits,
      labels,
      { weight: [1, 2] },
      'weight is [1, 2]; expected an array or a tensor of 3 numbers, one for each class.',
    ],
    [
      'smoothing above 1',
      logits,
      labels,
      { labelSmoothing: 1.5 },
      'labelSmoothing is 1.5; expected a probability from 0 to 1.',
    ],
    [
      'half a label',
      logits,
      labels,
      { ignoreIndex: 0.5 },
      'ignoreIndex is 0.5; expected a whole number from -2147483648 to 2147483647.',
    ],
    [
      'no reduction',
      logits,
      labels,
      { reduction: 'max' as 'sum' },
      'reduction is "max"; expected "mean" or "sum" or "none".',
    ],
  ])('refuses %s', (_, x, y, options, message) => {
    expect(() => crossEntropy(x, y, options)).toThrow(message);
  });

  it('is NaN for an invalid label if the labels cannot be read', async () => {
    // A backend with another name, such as webgl.
    tf.registerBackend('far', tf.findBackendFactory('cpu'));
    tf.copyRegisteredKernels('cpu', 'far');
    await tf.setBackend('far');
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const logits = tf.tensor2d([
        [1, 2],
        [3, 4],
        [0, 1],
      ]);
      const labels = tf.tensor1d([1, 2, -100], 'int32');
      const f = (x: tf.Tensor) => crossEntropy(x, labels, { reduction: 'none' });
      const last = Math.log1p(Math.exp(-1));
      expectAllClose(f(logits), [last, Number.NaN, 0]);
      const gradient = tf.grad(f)(logits).arraySync() as number[][];
      expect(gradient[1]).toEqual([Number.NaN, Number.NaN]);
      expectAllClose(gradient[0]!, [1 / (1 + Math.E), -1 / (1 + Math.E)]);
      expectAllClose(gradient[2]!, [0, 0]);
    });
    expect(tf.memory().numTensors).toBe(before);
    await tf.setBackend('cpu');
    tf.removeBackend('far');
  });
});
