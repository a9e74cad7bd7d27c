import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useNativeBackend } from '../use-native-backend.js';
import { NativeBackend } from './native-backend.js';
import type { PlanArray } from './plan.js';

let backend: NativeBackend;
let before = 0;
beforeAll(async () => {
  await useNativeBackend();
  const active = tf.backend();
  if (!(active instanceof NativeBackend)) throw new Error('Another backend is active.');
  backend = active;
});
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

const floats = (length: number) => ({ dtype: 'float32', length }) as const;

/** relu(x) through memory of the plan, x and y being given. */
function makeRelu(length: number) {
  const arrays: PlanArray[] = [
    { kind: 'given', ...floats(length) },
    { kind: 'memory', ...floats(length) },
    { kind: 'given', ...floats(length) },
  ];
  return backend.plan(arrays, [
    { kernel: 'relu', arrays: [0, 1], numbers: [length] },
    { kernel: 'copy', arrays: [1, 2], numbers: [length] },
  ]);
}

it('runs kernels in order on what is given', () => {
  const plan = makeRelu(5);
  tf.tidy(() => {
    for (let i = 1; i <= 3; i++) {
      const y = backend.empty([5]);
      plan.run([tf.tensor1d([-1, i, -0.5, 0, 2 * i]), y], []);
      expect([...y.dataSync()]).toEqual([0, i, 0, 0, 2 * i]);
    }
  });
});

it('has constants and numbers of its own, in every dtype', () => {
  const values = { float32: [1.5, -2], int32: [7, -3], bool: [1, 0] };
  tf.tidy(() => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      const plan = backend.plan(
        [
          { kind: 'constant', dtype, length: 2, values: values[dtype] },
          { kind: 'given', dtype, length: 2 },
        ],
        [{ kernel: 'copy', arrays: [0, 1], numbers: [2] }],
      );
      const y = backend.empty([2], dtype);
      plan.run([y], []);
      expect([...y.dataSync()]).toEqual(values[dtype]);
    }
    const plan = backend.plan(
      [
        { kind: 'number', ...floats(1) },
        { kind: 'number', ...floats(1) },
        { kind: 'given', ...floats(1) },
      ],
      [{ kernel: 'copy', arrays: [1, 2], numbers: [1] }],
    );
    for (const number of [0.1, 0.3]) {
      const y = backend.empty([1]);
      plan.run([y], [5, number]);
      expect(y.dataSync()[0]).toBe(Math.fround(number));
    }
  });
});

it('copies large arrays, and an array to itself', () => {
  const length = 300_001;
  const plan = backend.plan(
    [
      { kind: 'given', ...floats(length) },
      { kind: 'given', ...floats(length) },
    ],
    [{ kernel: 'copy', arrays: [0, 1], numbers: [length] }],
  );
  tf.tidy(() => {
    const values = Float32Array.from({ length }, (_, i) => i);
    const [x, y] = [tf.tensor1d(values), backend.empty([length])];
    plan.run([x, x], []);
    plan.run([x, y], []);
    expect(y.dataSync().every((value, i) => value === i)).toBe(true);
  });
});

it('stops at the call that a kernel refuses, and names it', () => {
  const plan = backend.plan(
    [
      { kind: 'given', ...floats(2) },
      { kind: 'given', ...floats(3) },
    ],
    [
      { kernel: 'relu', arrays: [0, 1], numbers: [2] },
      { kernel: 'relu', arrays: [0, 1], numbers: [3] },
      { kernel: 'relu', arrays: [1, 1], numbers: [3] },
    ],
  );
  tf.tidy(() => {
    const y = tf.tensor1d([-1, -1, -1]);
    expect(() => plan.run([tf.tensor1d([2, -2]), y], [])).toThrow(
      expect.objectContaining({
        message: 'relu: an array is missing, too short or of another type',
        call: 1,
      }),
    );
    expect([...y.dataSync()]).toEqual([2, 0, -1]);
  });
});

it.each([
  ['of another length', () => [tf.zeros([4]), tf.zeros([5])]],
  ['of another dtype', () => [tf.zeros([5], 'int32'), tf.zeros([5])]],
  ['missing', () => [tf.zeros([5])]],
  [
    'detached',
    () => {
      const values = new Float32Array(5);
      const tensor = tf.tensor1d(values);
      structuredClone(values, { transfer: [values.buffer] });
      return [tensor, tf.zeros([5])];
    },
  ],
])('refuses an array that is %s', (_, make) => {
  const plan = makeRelu(5);
  tf.tidy(() => {
    expect(() => plan.run(make(), [])).toThrow(
      'plan: an array that it is given is missing, detached, or of another length or type than in the plan',
    );
  });
});

it.each([
  ['a kernel that there is not', 'nothing', [0], 'plan: the addon has no such kernel'],
  ['an array that there is not', 'relu', [0, 1], 'relu: there is no such array'],
  [
    'too many arrays',
    'relu',
    Array.from({ length: 17 }, () => 0),
    'relu: expected the indices of at most 16 arrays',
  ],
])('refuses %s when it is made', (_, kernel, arrays, message) => {
  expect(() => backend.plan([{ kind: 'given', ...floats(1) }], [{ kernel, arrays, numbers: [] }])).toThrow(
    message,
  );
});

it('does not run once it is disposed', () => {
  const plan = makeRelu(5);
  plan.dispose();
  expect(() => plan.run([], [])).toThrow('native: this plan is disposed.');
});
