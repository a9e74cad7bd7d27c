import * as tf from '@tensorflow/tfjs';
import { expect, it, vi } from 'vitest';
import { useNativeBackend } from './index.js';

it('registers once, whoever asks at the same time, and again after the backend was removed', async () => {
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await Promise.all([useNativeBackend(), useNativeBackend()]);
  tf.removeBackend('native');
  await useNativeBackend();
  expect(tf.tidy(() => [...tf.relu([-1, 2]).dataSync()])).toEqual([0, 2]);
  expect(warnings.mock.calls).toEqual([]);
  warnings.mockRestore();
});

it('hands out arrays that begin and end with their buffer', async () => {
  await useNativeBackend();
  const y = tf.relu([-1, 2, 3]);
  expect(y.dataSync().buffer.byteLength).toBe(12);
  expect(await y.bytes()).toHaveLength(12);
  y.dispose();
});

it('says that memory is out, and goes on', async () => {
  await useNativeBackend();
  const before = tf.memory().numTensors;
  expect(() => tf.tidy(() => tf.fill([2 ** 20, 2 ** 16], 1))).toThrow(
    'native: out of memory for a tensor of 68719476736 numbers. Dispose of tensors',
  );
  expect(tf.memory().numTensors).toBe(before);
});
