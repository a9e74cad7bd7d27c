import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { AdamW } from '../fixtures/optimizers.js';
import { checkBatchNorm, checkDropout, checkLayerNorm, checkOptimizer } from './index.js';

const NO_RETURN = 'forward returned undefined; expected a tf.Tensor. Is there a return?';
const PROMISE = 'forward returned [object Promise]; expected a tf.Tensor. Write it without async and await.';

class Silent {
  forward(x: tf.Tensor) {
    tf.square(x);
  }
}

class Async {
  async forward(x: tf.Tensor) {
    return tf.clone(x);
  }
}

class Rejecting {
  async forward() {
    throw new Error('nobody hears this');
  }
}

const PARTS = [
  ['BatchNorm', checkBatchNorm],
  ['LayerNorm', checkLayerNorm],
  ['Dropout', checkDropout],
] as const;

describeBackends('a forward that returns no tensor', () => {
  it.each(
    PARTS.flatMap(([part, check]) => [
      [part, 'no return', check, Silent, NO_RETURN] as const,
      [part, 'async', check, Async, PROMISE] as const,
      [part, 'async that throws', check, Rejecting, PROMISE] as const,
    ]),
  )('is called by its name in a %s with %s, and no mistake', (part, _, check, subject, message) => {
    const { checks, mistakes } = check(subject);
    expect(mistakes).toEqual([]);
    expect(checks[0]?.received).toBe(`${part}: ${message}`);
  });

  it.each(['throws', 'waits'])('is called by its name in an optimizer that %s', (how) => {
    class Late extends AdamW {
      override async applyGradients(gradients: tf.NamedTensorMap) {
        if (how === 'throws') throw new Error('nobody hears this');
        super.applyGradients(gradients);
      }
    }
    const { checks, mistakes } = checkOptimizer(Late);
    expect(mistakes).toEqual([]);
    expect(new Set(checks.map(({ received }) => received))).toEqual(
      new Set([
        'AdamW: applyGradients returned [object Promise]; expected nothing, with the work done at once. Write it without async and await.',
      ]),
    );
  });
});
