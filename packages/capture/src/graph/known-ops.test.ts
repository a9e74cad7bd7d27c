import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { bytesOf } from '../../fixtures/twins.js';
import { capture } from '../index.js';

const SHAPE: [number, number, number, number] = [8, 14, 14, 6];

/** Numbers of no pattern, of a size that TensorFlow's vectors and threads share out. */
function noise(seed: number): tf.Tensor4D {
  return tf.randomNormal(SHAPE, 0, 2, 'float32', seed);
}

type Op = (x: tf.Tensor4D, other: tf.Tensor4D) => tf.Tensor;

const flat = (x: tf.Tensor4D) => tf.reshape<tf.Rank.R2>(x, [8 * 14, 14 * 6]);
const filter = (x: tf.Tensor4D) =>
  tf.slice<tf.Rank.R4, tf.Tensor4D>(tf.reshape<tf.Rank.R4>(x, [14, 8, 14, 6]), [0, 0, 0, 0], [3, 3, 6, 6]);
const depthwise = (x: tf.Tensor4D) =>
  tf.slice<tf.Rank.R4, tf.Tensor4D>(filter(x), [0, 0, 0, 0], [3, 3, 6, 2]);
const gradient = (f: (x: tf.Tensor4D) => tf.Tensor) => (x: tf.Tensor4D) =>
  tf.grad((y) => f(tf.reshape<tf.Rank.R4>(y, SHAPE)))(x);
const row = (x: tf.Tensor4D) => tf.mean<tf.Tensor1D>(x, [0, 1, 2]);
const normalized = (x: tf.Tensor4D, y: tf.Tensor4D) =>
  tf.batchNorm(x, row(y), row(tf.square(y)), row(tf.neg(y)), row(tf.abs(y)));

/**
 * The operations that TensorFlow might compute differently in a graph: by other libraries, or
 * several ops at once.
 */
const OPS: Record<string, Op> = {
  add: (x, y) => tf.add(x, y),
  addN: (x, y) => tf.addN([x, y, tf.neg(x), y, x]),
  'add of a bias, and relu': (x, y) => tf.relu(tf.add(tf.matMul(flat(x), flat(y), false, true), tf.mean(y))),
  argMax: (x) => tf.argMax(flat(x), 1),
  avgPool: (x) => tf.avgPool(x, 3, 2, 'same'),
  'avgPool, gradient': gradient((x) => tf.avgPool(x, 3, 2, 'same')),
  batchNorm: normalized,
  'batchNorm, gradient': (x, y) => gradient((z) => normalized(z, y))(x),
  concat: (x, y) => tf.concat([x, y], 3),
  conv2d: (x, y) => tf.conv2d(x, filter(y), 1, 'same'),
  'conv2d, gradient of the input': (x, y) => gradient((z) => tf.conv2d(z, filter(y), 1, 'same'))(x),
  'conv2d, gradient of the filter': (x, y) =>
    tf.grad((f) => tf.conv2d(x, tf.reshape<tf.Rank.R4>(f, [3, 3, 6, 6]), 1, 'same'))(filter(y)),
  cumsum: (x) => tf.cumsum(flat(x), 1),
  depthwiseConv2d: (x, y) => tf.depthwiseConv2d(x, depthwise(y), 1, 'same'),
  'depthwiseConv2d, gradient': (x, y) => gradient((z) => tf.depthwiseConv2d(z, depthwise(y), 1, 'same'))(x),
  div: (x, y) => tf.div(x, y),
  einsum: (x, y) => tf.einsum('ij,kj->ik', flat(x), flat(y)),
  elu: (x) => tf.elu(x),
  'elu, gradient': gradient((x) => tf.elu(x)),
  erf: (x) => tf.erf(x),
  exp: (x) => tf.exp(x),
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  localResponseNormalization: (x) => tf.localResponseNormalization(x),
  log1p: (x) => tf.log1p(tf.abs(x)),
  logSoftmax: (x) => tf.logSoftmax(flat(x)),
  'logSoftmax, gradient': gradient((x) => tf.mul(tf.logSoftmax(flat(x)), flat(x))),
  logSumExp: (x) => tf.logSumExp(flat(x), 1),
  matMul: (x, y) => tf.matMul(flat(x), flat(y), false, true),
  'matMul, transposed': (x, y) => tf.matMul(flat(x), flat(y), true, false),
  maxPool: (x) => tf.maxPool(x, 3, 2, 'same'),
  'maxPool, gradient': gradient((x) => tf.maxPool(x, 3, 2, 'same')),
  mean: (x) => tf.mean(x, [1, 2]),
  mul: (x, y) => tf.mul(x, y),
  moments: (x) => tf.moments(x, [0, 1]).variance,
  norm: (x) => tf.norm(flat(x), 2, 1),
  pow: (x, y) => tf.pow(tf.abs(x), y),
  prelu: (x, y) => tf.prelu(x, y),
  prod: (x) => tf.prod(flat(x), 1),
  relu6: (x) => tf.relu6(x),
  resizeBilinear: (x) => tf.image.resizeBilinear(x, [20, 20]),
  'softmax of few': (x) => tf.softmax(tf.reshape(x, [-1, 6])),
  softmax: (x) => tf.softmax(flat(x)),
  'softmax, gradient': gradient((x) => tf.mul(tf.softmax(flat(x)), flat(x))),
  'gather, gradient': (x, y) =>
    gradient((z) => tf.square(tf.gather(flat(z), tf.argMax(flat(y), 1).cast<tf.Tensor1D>('int32'))))(x),
  rsqrt: (x) => tf.rsqrt(tf.abs(x)),
  selu: (x) => tf.selu(x),
  sigmoid: (x) => tf.sigmoid(x),
  'sigmoid, gradient': gradient((x) => tf.sigmoid(x)),
  sigmoidCrossEntropy: (x, y) => tf.losses.sigmoidCrossEntropy(tf.sigmoid(y), x),
  softplus: (x) => tf.softplus(x),
  sqrt: (x) => tf.sqrt(tf.abs(x)),
  'sqrt under a division': (x, y) => tf.div(x, tf.sqrt(tf.abs(y))),
  square: (x) => tf.square(x),
  squaredDifference: (x, y) => tf.squaredDifference(x, y),
  sum: (x) => tf.sum(x),
  tan: (x) => tf.tan(x),
  tanh: (x) => tf.tanh(x),
  'tanh, gradient': gradient((x) => tf.tanh(x)),
  topk: (x) => tf.topk(flat(x), 5).values,
  transpose: (x) => tf.transpose(x, [0, 3, 1, 2]),
};

describeBackends(
  'a graph',
  () => {
    // Recorded with zeros, of which everybody computes the same.
    it.each(Object.entries(OPS))('gives the bytes that the op gives eagerly: %s', (_, op) => {
      const told: string[] = [];
      const step = capture(op, { onEager: (reason) => told.push(reason) });
      tf.tidy(() => {
        for (let i = 0; i < 2; i++) step(tf.zeros(SHAPE), tf.ones(SHAPE));
        for (let seed = 1; seed <= 3; seed++) {
          const [x, y] = [noise(seed), noise(seed + 10)];
          expect(bytesOf(step(x, y))).toBe(bytesOf(op(x, y)));
        }
      });
      expect(told).toEqual([]);
      expect(step.status.replayed).toBe(3);
      step.dispose();
    });
  },
  { backends: ['tensorflow'] },
);
