import * as tf from '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import { kaimingNormal, lecunNormal, normal, xavierNormal } from './index.js';

// The behaviour of TensorFlow.js 4.22, so that a change of it is noticed, and what this package
// does instead.
const SHAPE: [number, number] = [200, 300];
const STATED = { he: 2 / 200, glorot: 2 / 500, lecun: 1 / 200 };
/** Five standard errors of the variance of 60,000 normals, as a fraction. */
const ERROR = 5 * Math.sqrt(2 / 60_000);

describe('the variance of normal initializers', () => {
  it.each([
    ['heNormal', () => tf.initializers.heNormal({ seed: 7 }).apply(SHAPE), STATED.he],
    ['glorotNormal', () => tf.initializers.glorotNormal({ seed: 7 }).apply(SHAPE), STATED.glorot],
    ['leCunNormal', () => tf.initializers.leCunNormal({ seed: 7 }).apply(SHAPE), STATED.lecun],
  ])('of TensorFlow.js’s %s is 0.77 of the stated one', (_name, draw, stated) => {
    expect(Math.abs(variance(draw()) / stated / 0.7737 - 1)).toBeLessThan(ERROR);
  });

  it.each([
    ['kaimingNormal', () => kaimingNormal(SHAPE, { generator: new Generator(7) }), STATED.he],
    ['xavierNormal', () => xavierNormal(SHAPE, { generator: new Generator(7) }), STATED.glorot],
    ['lecunNormal', () => lecunNormal(SHAPE, { generator: new Generator(7) }), STATED.lecun],
  ])('of %s is the stated one', (_name, draw, stated) => {
    expect(Math.abs(variance(draw()) / stated - 1)).toBeLessThan(ERROR);
  });
});

describe('seed 0', () => {
  it('is no seed for TensorFlow.js’s randomNormal', () => {
    const draw = () => read(tf.initializers.randomNormal({ seed: 0 }).apply([20]));
    expect(draw()).not.toEqual(draw());
  });

  it('is a seed here', () => {
    const draw = () => read(normal([20], { generator: new Generator(0) }));
    expect(draw()).toEqual(draw());
  });
});

function read(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

function variance(tensor: tf.Tensor): number {
  const values = read(tensor);
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
