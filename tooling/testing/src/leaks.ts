import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Runs `body` and asserts that it leaves as many tensors as before, even if it throws. */
export async function expectNoLeak(body: () => void | Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  try {
    await body();
  } finally {
    expect(tf.memory().numTensors, 'tensors left over').toBe(before);
  }
}
