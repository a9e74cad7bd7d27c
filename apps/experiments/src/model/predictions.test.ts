import * as tf from '@tensorflow/tfjs-core';
import { FashionMnistDataset } from '@trainkit/fashion-mnist';
import { Module } from '@trainkit/nn';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { analyzePredictions } from './predictions.js';

/** Predicts the first pixel as the class, with a logit of 2 against 0. */
class FirstPixel extends Module {
  override forward(images: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const first = tf.reshape(tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]), [-1]);
      return tf.mul(tf.oneHot(tf.cast(tf.round(tf.mul(first, 255)), 'int32'), 3), 2);
    });
  }
}

/** Returns a test set in which the first pixel of each image is a guess. */
function dataset(labels: number[], guesses: number[]): FashionMnistDataset {
  const images = new Uint8Array(784 * labels.length);
  for (const [index, guess] of guesses.entries()) images[784 * index] = guess;
  return new FashionMnistDataset({ images, labels: Uint8Array.from(labels) }, { mean: 0, std: 1 });
}

describeBackends('analyzePredictions', () => {
  it('counts every image, and keeps the first right and the first wrong one of each class', () => {
    const data = dataset([1, 0, 1, 1, 1], [0, 0, 1, 1, 2]);
    const before = tf.memory().numTensors;
    const model = new FirstPixel();
    const { confusion, examples } = analyzePredictions(model, data, { classes: 3 });
    expect(tf.memory().numTensors).toBe(before);
    expect(model.training).toBe(false);
    expect(confusion).toEqual([
      [1, 0, 0],
      [1, 2, 1],
      [0, 0, 0],
    ]);
    const probability = expect.closeTo(Math.exp(2) / (Math.exp(2) + 2), 6);
    expect(examples).toEqual([
      { index: 1, label: 0, predicted: 0, probability, pixels: expect.any(String) },
      { index: 0, label: 1, predicted: 0, probability, pixels: expect.any(String) },
      { index: 2, label: 1, predicted: 1, probability, pixels: expect.any(String) },
    ]);
    expect([...Buffer.from(examples[2]?.pixels ?? '', 'base64')]).toEqual([
      1,
      ...new Array<number>(783).fill(0),
    ]);
  });

  it('continues over several batches', () => {
    const labels = Array.from({ length: 1001 }, (_, index) => (index === 1000 ? 2 : 0));
    const { confusion, examples } = analyzePredictions(new FirstPixel(), dataset(labels, labels), {
      classes: 3,
    });
    expect(confusion.map((row, label) => row[label])).toEqual([1000, 0, 1]);
    expect(examples.map(({ index }) => index)).toEqual([0, 1000]);
  });
});
