import * as tf from '@tensorflow/tfjs';
import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import { dirac } from './dirac.js';
import { eye } from './eye.js';
import { uniform } from './uniform.js';

const generator = new Generator(0);

describe('the identity', () => {
  it('dirac passes a picture on through conv2d', () => {
    tf.tidy(() => {
      const image = uniform([1, 6, 7, 3], { generator }).as4D(1, 6, 7, 3);
      const out = tf.conv2d(image, dirac([3, 5, 3, 3]).as4D(3, 5, 3, 3), 1, 'same');
      expect(out.dataSync()).toEqual(image.dataSync());
    });
  });

  it('dirac passes a series on through conv1d, the outputs beyond the inputs 0', () => {
    tf.tidy(() => {
      const series = uniform([1, 9, 2], { generator }).as3D(1, 9, 2);
      const out = tf.conv1d(series, dirac([3, 2, 4]).as3D(3, 2, 4), 1, 'same');
      expect(out.slice([0, 0, 0], [1, 9, 2]).dataSync()).toEqual(series.dataSync());
      expect(out.slice([0, 0, 2]).abs().sum().dataSync()[0]).toBe(0);
    });
  });

  it('dirac with groups passes the inputs on once for each group', () => {
    tf.tidy(() => {
      const image = uniform([1, 4, 4, 2], { generator }).as4D(1, 4, 4, 2);
      const out = tf.conv2d(image, dirac([3, 3, 2, 4], { groups: 2 }).as4D(3, 3, 2, 4), 1, 'same');
      expect(out.dataSync()).toEqual(tf.concat([image, image], 3).dataSync());
    });
  });

  it('eye passes a batch on through matMul', () => {
    tf.tidy(() => {
      const batch = uniform([5, 4], { generator }).as2D(5, 4);
      expect(batch.matMul(eye([4, 4]).as2D(4, 4)).dataSync()).toEqual(batch.dataSync());
    });
  });
});
