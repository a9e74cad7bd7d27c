import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeLayer, type LayerCase } from '@trainkit/testing';
import { Flatten, Identity, Linear, type Module, ReLU, Sequential, Sigmoid, Tanh } from './index.js';

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
