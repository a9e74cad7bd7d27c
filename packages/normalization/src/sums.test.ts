import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { columnSums, rowSums } from './sums.js';

describeBackends('sums in blocks', () => {
  // Added one by one in float32, as on the WebAssembly backend, the longest has a relative error of
  // 1e-5 and more.
  it.each([1, 2, 63, 64, 65, 128, 1000, 4096, 50_000])(
    'are right for %i numbers, to the last bits',
    (length) => {
      tf.tidy(() => {
        const columns = new Generator(1).uniform(length * 3, 0, 1);
        const expected = [0, 0, 0];
        for (const [i, value] of columns.entries()) expected[i % 3]! += value;
        const x = tf.tensor(columns, [length, 3]);
        const closeness = { rtol: 1e-6, atol: 0 };
        expectAllClose(columnSums(x), expected, closeness);
        const rows = rowSums(tf.transpose(x));
        expect(rows.shape).toEqual([3, 1]);
        expectAllClose(rows, expected, closeness);
      });
    },
  );

  it('keep the leading dimensions of rows, and none of columns', () => {
    tf.tidy(() => {
      const x = tf.ones([2, 3, 4]);
      expect(rowSums(x).shape).toEqual([2, 3, 1]);
      expect(columnSums(x).shape).toEqual([4]);
      expect(Array.from(columnSums(x).dataSync())).toEqual([6, 6, 6, 6]);
    });
  });
});
