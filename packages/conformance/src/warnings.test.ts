import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { BatchNorm } from '../fixtures/batch-norms.js';
import { LayerNorm } from '../fixtures/layer-norms.js';
import { AdamW } from '../fixtures/optimizers.js';
import { UntidyLayerNorm, UntidySGD } from '../fixtures/untidy.js';
import { checkBatchNorm, checkLayerNorm, checkOptimizer, checkXavier } from './index.js';

describeBackends('warnings', () => {
  test('are empty for classes that free their tensors', () => {
    expect(checkLayerNorm(LayerNorm).warnings).toEqual([]);
    expect(checkOptimizer(AdamW).warnings).toEqual([]);
  });

  test('have the count and the line of the tensors that a layer leaves behind', () => {
    expect(checkLayerNorm(UntidyLayerNorm).warnings).toEqual([
      {
        message:
          '3 tensors are left behind by each call of forward outside of a tf.tidy. Wrap its body: return tf.tidy(() => { … });',
        location: expect.stringMatching(/untidy\.ts:1[4]:\d+$/),
      },
    ]);
  });

  test('have the count and the line of the tensors that an optimizer leaves behind', () => {
    const { passed, warnings } = checkOptimizer(UntidySGD, { kind: 'SGD' });
    expect(passed).toBe(true);
    expect(warnings).toEqual([
      {
        message: expect.stringMatching(/^1 tensor is left behind by each call of applyGradients /),
        location: expect.stringMatching(/untidy\.ts:\d+:\d+$/),
      },
    ]);
  });

  test('report tensors that an initializer leaves behind', () => {
    const xavier = (i: number, o: number) => tf.mul(tf.randomNormal([i, o]), Math.sqrt(2 / (i + o)));
    const { passed, warnings } = checkXavier(xavier);
    expect(passed).toBe(true);
    expect(warnings.map(({ message }) => message.split(' of ')[0])).toEqual([
      expect.stringMatching(/^\d tensors? (is|are) left behind by each call$/),
    ]);
  });

  test('name state that a tidy around the call would dispose', () => {
    class Replacing extends BatchNorm {
      statistics: { mean: tf.Tensor; variance: tf.Tensor } | null = null;
      last: tf.Tensor = tf.zeros([1]);
      override forward(x: tf.Tensor) {
        const y = super.forward(x);
        this.last = tf.mean(x, 0);
        return y;
      }
    }
    const { passed, warnings } = checkBatchNorm(Replacing);
    expect(passed).toBe(true);
    expect(warnings.at(-1)?.message).toBe(
      'last is replaced by plain tensors in forward, which a tf.tidy or tf.variableGrads around the call disposes. Use a tf.Variable and assign, or tf.keep.',
    );
  });
});
