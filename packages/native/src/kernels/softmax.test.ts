import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, it } from 'vitest';
import { expectAsOnCpu } from '../../fixtures/against-cpu.js';
import { shapeOf, tensorOf } from '../../fixtures/drawn-tensors.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

it('computes softmax as the cpu backend does', async () => {
  const finite = fc.double({ min: -100, max: 100, noNaN: true });
  await fc.assert(
    fc.asyncProperty(shapeOf(1, 3), fc.array(finite, { minLength: 1, maxLength: 30 }), (shape, x) =>
      // Of results that are denormal, most digits are the exponential's.
      expectAsOnCpu(() => tf.softmax(tensorOf(x, shape)), 12),
    ),
    { numRuns: 60 },
  );
});
