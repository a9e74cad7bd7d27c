import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeLayer, type LayerCase } from '@trainkit/testing';
import {
  ELU,
  Flatten,
  GELU,
  GLU,
  Hardswish,
  Identity,
  LeakyReLU,
  Linear,
  LogSoftmax,
  Mish,
  type Module,
  PReLU,
  ReLU,
  SELU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './index.js';

const network = (layer: Module) => new Sequential(layer);
const linear = (bias: boolean) => new Linear(3, 2, { bias, generator: new Generator(0) });
/** The product over the last dimension, for inputs of any rank. */
const product = ({ weight, bias }: Linear, x: tf.Tensor) =>
  tf.add(tf.reshape(tf.dot(tf.reshape(x, [-1, 3]), weight), [...x.shape.slice(0, -1), 2]), bias ?? 0);
const disposed = {
  inputs: () => {
    const x = tf.ones([4, 3]);
    x.dispose();
    return [x];
  },
  message: 'disposed',
};

const linears: Omit<LayerCase<Linear>, 'make'> = {
  shapes: [
    { inputs: [[4, 3]], output: [4, 2] },
    { inputs: [[2, 5, 3]], output: [2, 5, 2] },
  ],
  network,
  composite: product,
  refused: { inputs: () => [tf.ones([4, 2])], message: 'last dimension' },
};
describeLayer('Linear', { ...linears, make: () => linear(true), keys: ['weight', 'bias'] });
describeLayer('Linear without bias', { ...linears, make: () => linear(false), keys: ['weight'] });

const elementwise: Pick<LayerCase<Module>, 'shapes' | 'network'> = {
  shapes: [[4, 3], [5], [2, 2, 3, 3]].map((shape) => ({ inputs: [shape], output: shape })),
  network,
};
describeLayer('Tanh', {
  ...elementwise,
  make: () => new Tanh(),
  composite: (_, x) => tf.tanh(x),
  refused: disposed,
});
describeLayer('ReLU', {
  ...elementwise,
  make: () => new ReLU(),
  composite: (_, x) => tf.relu(x),
  refused: disposed,
});
describeLayer('Sigmoid', {
  ...elementwise,
  make: () => new Sigmoid(),
  composite: (_, x) => tf.sigmoid(x),
  refused: disposed,
});
const cdf = (x: tf.Tensor) => tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
const activations: [title: string, make: () => Module, composite: (x: tf.Tensor) => tf.Tensor][] = [
  ['GELU', () => new GELU(), (x) => tf.mul(x, cdf(x))],
  [
    'GELU by a tanh',
    () => new GELU({ approximate: 'tanh' }),
    (x) =>
      tf.mul(
        tf.mul(0.5, x),
        tf.add(
          1,
          tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.square(x)))))),
        ),
      ),
  ],
  ['SiLU', () => new SiLU(), (x) => tf.mul(x, tf.sigmoid(x))],
  ['Mish', () => new Mish(), (x) => tf.mul(x, tf.tanh(tf.softplus(x)))],
  ['Hardswish', () => new Hardswish(), (x) => tf.div(tf.mul(x, tf.relu6(tf.add(x, 3))), 6)],
  ['LeakyReLU', () => new LeakyReLU({ negativeSlope: 0.3 }), (x) => tf.leakyRelu(x, 0.3)],
  ['ELU', () => new ELU(), (x) => tf.elu(x)],
  ['SELU', () => new SELU(), (x) => tf.selu(x)],
  ['Softplus', () => new Softplus({ beta: 2 }), (x) => tf.div(tf.softplus(tf.mul(x, 2)), 2)],
  ['Softmax', () => new Softmax(), (x) => tf.softmax(x)],
  ['LogSoftmax', () => new LogSoftmax(), (x) => tf.logSoftmax(x)],
];
for (const [title, make, composite] of activations) {
  describeLayer(title, { ...elementwise, make, composite: (_, x) => composite(x), refused: disposed });
}
describeLayer('Softmax along another dimension', {
  make: () => new Softmax(1),
  shapes: [
    [4, 3],
    [2, 5, 3],
    [2, 3, 2, 4],
  ].map((shape) => ({ inputs: [shape], output: shape })),
  network,
  composite: (_, x) => {
    const powers = tf.exp(x);
    return tf.div(powers, tf.sum(powers, 1, true));
  },
  refused: { inputs: () => [tf.ones([4])], message: 'Softmax: dim is 1; expected a dimension of x' },
});
describeLayer('PReLU', {
  ...elementwise,
  make: () => new PReLU(),
  keys: ['weight'],
  composite: ({ weight }, x) => tf.sub(tf.relu(x), tf.mul(weight, tf.relu(tf.neg(x)))),
  refused: disposed,
});
describeLayer('PReLU of channels', {
  make: () => new PReLU({ numParameters: 3, init: 0.5 }),
  keys: ['weight'],
  shapes: [
    [4, 3],
    [2, 2, 3],
  ].map((shape) => ({ inputs: [shape], output: shape })),
  network,
  composite: ({ weight }, x) => tf.sub(tf.relu(x), tf.mul(weight, tf.relu(tf.neg(x)))),
  refused: { inputs: () => [tf.ones([4, 2])], message: 'expected a last dimension of 3, the channels' },
});
describeLayer('GLU', {
  make: () => new GLU(),
  shapes: [
    { inputs: [[4, 6]], output: [4, 3] },
    { inputs: [[2, 3, 2]], output: [2, 3, 1] },
  ],
  network,
  composite: (_, x) => {
    const [a, b] = tf.split(x, 2, -1);
    return tf.mul(a!, tf.sigmoid(b!));
  },
  refused: { inputs: () => [tf.ones([4, 3])], message: 'expected an even size in dimension 1' },
});
describeLayer('Identity', { ...elementwise, make: () => new Identity(), composite: (_, x) => x });
describeLayer('Flatten', {
  make: () => new Flatten(),
  shapes: [
    { inputs: [[2, 3, 4]], output: [2, 12] },
    { inputs: [[2, 3]], output: [2, 3] },
  ],
  network,
  composite: (_, x) => tf.reshape(x, [x.shape[0] ?? 0, -1]),
  refused: { inputs: () => [tf.ones([5])], message: 'startDim is 1' },
});
describeLayer('Sequential', {
  make: () => new Sequential(linear(true), new Tanh()),
  keys: ['0.weight', '0.bias'],
  shapes: [{ inputs: [[4, 3]], output: [4, 2] }],
  network,
  composite: (net, x) => tf.tanh(product(net.at(0) as Linear, x)),
  refused: { inputs: () => [tf.ones([4, 2])], message: 'last dimension' },
});
