import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { batches, expectSameTraining, type Results } from '../fixtures/twins.js';
import { capture } from './index.js';

/** A network of variables alone, as in TensorFlow.js' own examples. */
function plain(
  makeOptimizer: () => tf.Optimizer,
  after: (optimizer: tf.Optimizer, index: number) => void = () => {},
) {
  return () => {
    const start = (shape: [number, number], seed: number) =>
      tf.variable(tf.randomNormal(shape, 0, 0.5, 'float32', seed));
    const made = tf.tidy(() => ({
      hidden: start([6, 8], 1),
      bias: tf.variable(tf.zeros([8])),
      out: start([8, 4], 2),
    }));
    const variables = Object.values(made);
    const optimizer = makeOptimizer();
    return {
      step: (x: tf.Tensor, y: tf.Tensor) => {
        const loss = () =>
          tf.losses
            .softmaxCrossEntropy(
              tf.oneHot(y, 4),
              tf.matMul(tf.relu(tf.add(tf.matMul<tf.Tensor>(x, made.hidden), made.bias)), made.out),
            )
            .asScalar();
        const { value, grads } = optimizer.computeGradients(loss, variables);
        optimizer.applyGradients(grads);
        return value;
      },
      after: (_: Results, index: number) => after(optimizer, index),
      variables: () => variables,
      dispose: () => {
        optimizer.dispose();
        // Those for momentum leave this one behind.
        tf.dispose([Reflect.get(optimizer, 'c') ?? [], variables]);
      },
    };
  };
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  'momentum, nesterov': () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  'rmsprop, centered': () => tf.train.rmsprop(0.01, 0.9, 0, 1e-8, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
};

const LAYERS: Record<string, () => tf.layers.Layer[]> = {
  dense: () => [tf.layers.dense({ units: 8, activation: 'relu', kernelInitializer: seeded(1) })],
  convolution: () => [
    tf.layers.reshape({ targetShape: [3, 2, 1] }),
    tf.layers.conv2d({
      filters: 3,
      kernelSize: 2,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: seeded(1),
    }),
    tf.layers.maxPooling2d({ poolSize: 2, strides: 1 }),
    tf.layers.averagePooling2d({ poolSize: [2, 1], strides: 1 }),
    tf.layers.flatten(),
  ],
  'depthwise convolution': () => [
    tf.layers.reshape({ targetShape: [3, 2, 1] }),
    tf.layers.depthwiseConv2d({ kernelSize: 2, padding: 'same', depthwiseInitializer: seeded(1) }),
    tf.layers.flatten(),
  ],
  'batch normalization': () => [
    tf.layers.dense({ units: 8, kernelInitializer: seeded(1) }),
    tf.layers.batchNormalization(),
    tf.layers.activation({ activation: 'tanh' }),
  ],
  'layer normalization': () => [tf.layers.layerNormalization(), tf.layers.activation({ activation: 'elu' })],
  recurrence: () => [
    tf.layers.reshape({ targetShape: [3, 2] }),
    tf.layers.lstm({ units: 4, kernelInitializer: seeded(1), recurrentInitializer: seeded(2) }),
  ],
  'dropout with a seed': () => [tf.layers.dropout({ rate: 0.5, seed: 3 })],
};

function seeded(seed: number) {
  return tf.initializers.randomNormal({ stddev: 0.5, seed });
}

/** A LayersModel's forward pass in training, in a loop of one's own. */
function layersModel(layers: () => tf.layers.Layer[]) {
  return () => {
    const input = tf.input({ shape: [6] });
    const all = [...layers(), tf.layers.dense({ units: 4, kernelInitializer: seeded(9) })];
    const output = all.reduce<tf.SymbolicTensor>((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
    const model = tf.model({ inputs: input, outputs: output });
    const optimizer = tf.train.adam(0.01);
    const weights = () =>
      model.getWeights().flatMap((weight) => (weight instanceof tf.Variable ? [weight] : []));
    return {
      step: (x: tf.Tensor, y: tf.Tensor) => {
        const loss = () => {
          const logits = model.apply(x, { training: true });
          if (!(logits instanceof tf.Tensor)) throw new Error('One output.');
          return tf.losses.softmaxCrossEntropy(tf.oneHot(y, 4), logits).asScalar();
        };
        return optimizer.minimize(loss, true)!;
      },
      variables: weights,
      dispose: () => {
        optimizer.dispose();
        model.dispose();
      },
    };
  };
}

/** Ops of TensorFlow.js, each on what the batch holds, values and gradient. */
const OPS: Record<string, (x: tf.Tensor2D, y: tf.Tensor1D) => tf.Tensor> = {
  arithmetic: (x) => tf.div(tf.add(x, 1), tf.sub(2, tf.mul(x, tf.neg(x)))),
  'x / √y': (x) => tf.div(x, tf.sqrt(tf.add(tf.square(x), 0.1))),
  'powers and logarithms': (x) => tf.log(tf.add(tf.pow(tf.abs(x), 1.5), tf.exp(tf.log1p(tf.square(x))))),
  'sums of many': (x) => {
    const terms = Array.from({ length: 20 }, (_, i) => tf.tanh(tf.mul(x, i)));
    return tf.stack([1, 2, 3, 8, 9, 10, 17, 18, 20].map((count) => tf.addN(terms.slice(0, count))));
  },
  trigonometry: (x) => tf.add(tf.sin(x), tf.add(tf.cos(x), tf.atan(x))),
  activations: (x) =>
    tf.addN([tf.elu(x), tf.selu(x), tf.leakyRelu(x), tf.relu6(x), tf.softplus(x), tf.sigmoid(x)]),
  'log-softmax': (x) => tf.logSoftmax(x),
  nothing: (x) => tf.add(tf.mul(tf.log(x), tf.zerosLike(x)), tf.mul(tf.neg(tf.zerosLike(x)), tf.onesLike(x))),
  'nothing of whole numbers': (x) => tf.mul(x, tf.cast(tf.zerosLike(tf.cast(x, 'int32')), 'float32')),
  'nothing of a scalar': (x) => tf.mul(tf.log(tf.mean(x)), tf.zerosLike(tf.mean(x))),
  'nothing that fills': (x) => tf.add(tf.mul(tf.neg(tf.zerosLike(x)), tf.fill([6], 2)), tf.fill([6], 0)),
  'a chain of sums': (x) => tf.add(tf.add(tf.add(x, tf.tanh(x)), tf.sigmoid(x)), tf.exp(x)),
  'a common factor': (x) => tf.add(tf.mul(x, tf.tanh(x)), tf.mul(x, tf.sigmoid(x))),
  itself: (x) => tf.add(tf.div(tf.log(x), tf.log(x)), tf.sub(tf.log(x), tf.log(x))),
  'whole powers': (x) => tf.addN([2, 3, 0.5, -1].map((power) => tf.pow(x, power))),
  'whole powers, made in the step': (x) => tf.pow(x, tf.cast(tf.range(-2, 4, 1, 'int32'), 'float32')),
  comparison: (x) => tf.maximum(tf.neg(x), tf.minimum(0.1, x)),
  logic: (x) => tf.logicalAnd(tf.greater(x, 0), tf.logicalOr(tf.less(x, 0.5), tf.logicalNot(tf.equal(x, 1)))),
  reductions: (x) => tf.add(tf.mean(x, 0), tf.add(tf.max(x, 0), tf.sub(tf.sum(x, 0), tf.min(x, 0)))),
  'slices and joins': (x) =>
    tf.concat([tf.slice(x, [0, 1], [2, 3]), tf.reverse(tf.slice(x, [2, 0], [2, 3]), 0)], 1),
  'stacks and splits': (x) => tf.stack([...tf.unstack(x), ...tf.split(x, [1, 4])[1]!.unstack()]),
  shapes: (x) =>
    tf.transpose(
      tf.tile(
        tf.pad(tf.expandDims(x, 1), [
          [0, 0],
          [0, 1],
          [2, 0],
        ]),
        [1, 2, 1],
      ),
      [2, 0, 1],
    ),
  'one-hot and cast': (_, y) => tf.cast(tf.oneHot(y, 4), 'float32'),
  'best of rows': (x) => tf.add(tf.cast(tf.topk(x, 2).indices, 'int32'), tf.expandDims(tf.argMax(x, 1), 1)),
  cumulation: (x) => tf.cumsum(x, 1),
  norm: (x) => tf.norm(x, 2, 0),
  matrices: (x) =>
    tf.matMul(
      tf.dot(x, tf.transpose(x)),
      tf
        .batchToSpaceND(
          tf.reshape(x, [5, 6, 1, 1]),
          [1, 1],
          [
            [0, 0],
            [0, 0],
          ],
        )
        .reshape([5, 6]),
    ),
  'clipping, rounding': (x) => tf.add(tf.clipByValue(x, -0.5, 0.5), tf.floor(tf.mul(x, 10))),
  moments: (x) => {
    const { mean, variance } = tf.moments(x, 0);
    return tf.batchNorm(x, mean.as1D(), variance.as1D(), tf.zeros([6]), tf.ones([6]));
  },
  // Of a square: the gradient of the cpu backend takes the height for the width.
  resizing: (x) => tf.image.resizeBilinear(tf.slice(x, [0, 0], [5, 5]).as4D(1, 5, 5, 1), [7, 9]),
  softmax: (x) => tf.softmax(x),
  'rows that are gathered': (x, y) => tf.square(tf.gather(x, y)),
  'columns that are gathered': (x, y) => tf.square(tf.gather(x, y, 1)),
  attention: (x) => {
    const weights = tf.softmax(tf.div(tf.matMul(x, x, false, true), Math.sqrt(6)));
    return tf.matMul<tf.Tensor>(weights, x);
  },
  'linear space': (x) => tf.mul(x, tf.linspace(0, 1, 6)),
};

/** The cases that stay eager on native, with the op that has no native kernel. */
const WITHOUT_KERNEL: Record<string, string> = {
  'batch normalization': 'FusedBatchNorm',
  'layer normalization': 'FusedBatchNorm',
  trigonometry: 'Sin',
  'best of rows': 'TopK',
  matrices: 'BatchToSpaceND',
  moments: 'FusedBatchNorm',
  resizing: 'ResizeBilinear',
};

describeBackends(
  'a captured step of stock TensorFlow.js',
  (backend) => {
    /** Why a step stays eager on this backend, or null. */
    const reasonFor = (title: string): string | null => {
      const op = backend === 'native' ? WITHOUT_KERNEL[title] : undefined;
      return op === undefined ? null : `the op ${op} has no native kernel`;
    };

    describe.each(Object.entries(OPTIMIZERS))('with tf.train.%s', (_, make) => {
      it('gives the bytes of the eager one', () => {
        expectSameTraining(plain(make), batches(8));
      });
    });

    describe.each(Object.entries(LAYERS))('with a LayersModel’s %s', (title, layers) => {
      it('gives the bytes of the eager one', () => {
        const reason = reasonFor(title);
        const { told } = expectSameTraining(layersModel(layers), batches(8), { replays: reason === null });
        expect(told).toEqual(reason === null ? [] : [reason]);
      });
    });

    describe.each(Object.entries(OPS))('of %s', (title, op) => {
      it('gives the numbers of the eager one', () => {
        const data = batches(5);
        const seen: number[][][] = [];
        const step = (x: tf.Tensor, labels: tf.Tensor) => {
          const run = (at: tf.Tensor) => op(at.as2D(at.shape[0]!, 6), labels.as1D());
          const y = run(x);
          const differentiable = y.dtype === 'float32' && op !== OPS['one-hot and cast'];
          return differentiable ? { y, dx: tf.grad(run)(x) } : { y };
        };
        const told: string[] = [];
        const captured = capture(step, { onEager: (why) => told.push(why) });
        for (const call of [step, captured]) {
          seen.push(
            data.map(({ x, y }) => {
              const given = [tf.tensor2d(x), tf.tensor1d(y, 'int32')] as const;
              const results = tf.tidy(() => call(...given));
              // One NaN is as good as another.
              const numbers = Object.values(results).flatMap((result) => [...result.dataSync()]);
              tf.dispose([results, ...given]);
              return numbers;
            }),
          );
        }
        expect(seen[1]).toEqual(seen[0]);
        const reason = reasonFor(title);
        expect(told).toEqual(reason === null ? [] : [reason]);
        expect(captured.status.replayed).toBe(reason === null ? 3 : 0);
        captured.dispose();
      });
    });

    it('honors a rate that is set on a stock optimizer', () => {
      const sgd = plain(
        () => tf.train.sgd(0.1),
        (optimizer, index) => {
          if (index === 4 && optimizer instanceof tf.SGDOptimizer) optimizer.setLearningRate(0.5);
        },
      );
      expectSameTraining(sgd, batches(10));
      const adam = plain(
        () => tf.train.adam(0.01),
        (optimizer, index) => void (index === 4 && Reflect.set(optimizer, 'learningRate', 0.5)),
      );
      expectSameTraining(adam, batches(10));
    });

    it('stays eager with masks that JavaScript draws, and says what to do', () => {
      const drawn = () => {
        const w = tf.tidy(() => tf.variable(tf.ones([6, 4])));
        return {
          step: (x: tf.Tensor) => tf.mul(tf.dropout(tf.matMul<tf.Tensor>(x, w), 0.5), 0),
          variables: () => [w],
          dispose: () => w.dispose(),
        };
      };
      const { told } = expectSameTraining(drawn, batches(8), { replays: false });
      expect(told).toEqual([
        'it calls Math.random, as tf.dropout and tf.randomNormal without a seed do; pass what is drawn as an argument, or ' +
          'use dropout of @trainkit/dropout',
      ]);
    });
  },
  { backends: ['tensorflow', 'native'] },
);
