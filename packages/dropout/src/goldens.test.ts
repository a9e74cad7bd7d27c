import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import masks from '../goldens/masks.json' with { type: 'json' };
import values from '../goldens/values.json' with { type: 'json' };
import { Dropout, dropout, dropoutMask } from './index.js';

describeBackends('dropout for PyTorch’s seed', () => {
  it.each(masks.scripts.map((script, i) => [`script ${i}, seed ${script.seed}`, script] as const))(
    'draws PyTorch’s masks, call after call: %s',
    (_title, { seed, drawnBefore, calls, next }) => {
      const generators = [0, 1].map(() => new Generator(BigInt(seed)));
      const [generator, other] = generators as [Generator, Generator];
      for (const each of generators) each.uniform(drawnBefore);
      for (const [i, { shape, p, kept, scale }] of calls.entries()) {
        tf.tidy(() => {
          const x = tf.ones(shape);
          const y = i % 2 ? new Dropout(p, { generator }).forward(x) : dropout(x, p, { generator });
          expect(y.shape).toEqual(shape);
          const expected = unpacked(kept, y.size).map((bit) => (bit ? scale : 0));
          expect(Array.from(y.dataSync()), `call ${i}: p = ${p}, shape [${shape}]`).toEqual(expected);
          expect(Array.from(dropoutMask(shape, p, { generator: other }).dataSync())).toEqual(expected);
        });
      }
      for (const each of generators) expect(each.uniform(1)[0], 'the number drawn next').toBe(next);
    },
  );

  it.each(values.cases)('has PyTorch’s values and gradients to the bit: p = $p', (golden) => {
    const generator = new Generator(BigInt(golden.seed));
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => dropout(x, golden.p, { generator }))(
        tf.tensor(floats(golden.x), [5, 16]),
        tf.tensor(floats(golden.dy), [5, 16]),
      );
      // toEqual distinguishes 0 from −0 and treats NaN as equal to NaN.
      expect(value.dataSync()).toEqual(floats(golden.y));
      expect(grad.dataSync()).toEqual(floats(golden.dx));
    });
  });
});

/** The first `n` bits, the highest of a byte first. */
function unpacked(base64: string, n: number): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: n }, (_, i) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1);
}

function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}
