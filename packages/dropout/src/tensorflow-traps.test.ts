import * as tf from '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import { dropout } from './index.js';
import * as layers from './layers.js';

// The behaviour of TensorFlow.js 4.22, so that a change of it is noticed, and what this package
// does instead.

/** The elements of 64 ones that are left. */
function left(drop: (x: tf.Tensor) => unknown): string {
  return tf.tidy(() => {
    const y = drop(tf.ones([64]));
    if (!(y instanceof tf.Tensor)) throw new Error('one tensor expected');
    return y.dataSync().join(' ');
  });
}

const training = { training: true };
const ones = Array.from({ length: 64 }, () => 1).join(' ');
const zeros = Array.from({ length: 64 }, () => 0).join(' ');

describe('two calls of seeded dropout', () => {
  it('drop the same elements in TensorFlow.js', () => {
    const call = () => left((x) => tf.dropout(x, 0.5, undefined, 7));
    expect(call()).toBe(call());
    const layer = tf.layers.dropout({ rate: 0.5, seed: 7 });
    expect(left((x) => layer.apply(x, training))).toBe(left((x) => layer.apply(x, training)));
  });

  it('drop others here', () => {
    const generator = new Generator(7);
    const call = () => left((x) => dropout(x, 0.5, { generator }));
    expect(call()).not.toBe(call());
    const layer = layers.dropout({ p: 0.5, seed: 7 });
    expect(left((x) => layer.apply(x, training))).not.toBe(left((x) => layer.apply(x, training)));
  });
});

describe('dropping everything', () => {
  it('drops nothing in TensorFlow.js’s layer, and is refused by its function', () => {
    expect(left((x) => tf.layers.dropout({ rate: 1 }).apply(x, training))).toBe(ones);
    expect(() => left((x) => tf.dropout(x, 1))).toThrow('rate must be a float in the range [0, 1)');
  });

  it('drops everything here', () => {
    expect(left((x) => layers.dropout({ p: 1 }).apply(x, training))).toBe(zeros);
    expect(left((x) => dropout(x, 1))).toBe(zeros);
  });
});

describe('a rate that is no probability', () => {
  it('is the identity in TensorFlow.js’s layer', () => {
    for (const rate of [50, -1, Number.NaN]) {
      expect(left((x) => tf.layers.dropout({ rate }).apply(x, training))).toBe(ones);
    }
  });

  it('is an error here', () => {
    for (const p of [50, -1, Number.NaN]) {
      expect(() => layers.dropout({ p })).toThrow(`dropout: p is ${p}; expected a probability from 0 to 1.`);
    }
  });
});
