import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useFastestBackend } from './fastest.js';

it('throws if the memory of wasm is full, and continues with smaller tensors', async () => {
  await useFastestBackend({ prefer: 'wasm' });
  const before = tf.memory().numTensors;
  const kept: tf.Tensor[] = [];
  const fill = () => {
    for (let i = 0; i < 12; i++) kept.push(tf.fill([2 ** 27], 1));
  };
  const message = /^wasm: there is no room for 536870912 more bytes; expected at most 4 GB of tensors/;
  expect(fill).toThrow(
    expect.objectContaining({ code: 'ERR_OUT_OF_MEMORY', message: expect.stringMatching(message) }),
  );
  tf.dispose(kept);
  const sum = tf.tidy(() => tf.fill([1000], 2).sum().dataSync()[0]);
  expect(sum).toBe(2000);
  expect(tf.memory().numTensors).toBe(before);
});
