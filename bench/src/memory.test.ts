import { expect, it } from 'vitest';
import { memoryVerdict } from './memory.js';

const kept = {
  name: 'memory',
  task: {},
  steps: 10,
  limits: { tensors: 0, nativeTensors: 0, growth: 0.05 },
  tensors: 0,
  nativeTensors: 0,
  resident: { before: 100e6, after: 105e6 },
};

it('misses each of its limits by itself', () => {
  expect(memoryVerdict(kept)).toBe('reached');
  expect(memoryVerdict({ ...kept, tensors: 1 })).toBe('missed');
  expect(memoryVerdict({ ...kept, nativeTensors: 1 })).toBe('missed');
  expect(memoryVerdict({ ...kept, resident: { before: 100e6, after: 105.1e6 } })).toBe('missed');
});

it('does not ask a backend without a native library for its tensors', () => {
  expect(memoryVerdict({ ...kept, nativeTensors: null })).toBe('reached');
});
