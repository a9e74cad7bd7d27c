import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, it } from 'vitest';
import { expectAsOnCpu, int32 } from '../../fixtures/against-cpu.js';
import { shapeOf, tensorOf } from '../../fixtures/drawn-tensors.js';
import { expectSameBits } from '../../fixtures/same-bits.js';
import { useNativeBackend } from '../index.js';

beforeAll(async () => {
  await useNativeBackend();
});

it.each(['float32', 'int32'] as const)('sums %s cumulatively as the cpu backend does', async (dtype) => {
  const number = dtype === 'int32' ? int32 : fc.double({ min: 0.5, max: 2, noNaN: true });
  const drawn = fc.record({
    shape: shapeOf(1, 4),
    axis: fc.nat(),
    exclusive: fc.boolean(),
    reverse: fc.boolean(),
    x: fc.array(number, { minLength: 1, maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(drawn, ({ shape, axis, exclusive, reverse, x }) =>
      // The cpu backend rounds each sum to float32 before it adds the next number: here at most 16
      // times.
      expectAsOnCpu(
        () => tf.cumsum(tensorOf(x, shape, dtype), axis % shape.length, exclusive, reverse),
        dtype === 'int32' ? 0 : 17,
      ),
    ),
    { numRuns: 60 },
  );
});

it('has the same bits on any number of threads and every instruction set', async () => {
  await expectSameBits(
    [0, 1].flatMap((exclusive) => [
      { kernel: 'cumulativeSum', numbers: [70, 501, 3, exclusive, 0], arrays: [105_210, 105_210] },
      { kernel: 'cumulativeSum', numbers: [1, 50_001, 1, exclusive, 1], arrays: [50_001, 50_001] },
    ]),
  );
});
