import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeDataset, expectNoLeak } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import type { Column } from './column-types.js';
import { tensorDataset } from './tensor-dataset.js';

const columns = () =>
  ({
    pairs: [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
    flags: [true, false, true],
    pixels: { data: Uint8Array.of(0, 10, 20, 30, 40, 255), shape: [3, 1, 2, 1] },
    scaled: { data: Uint8Array.of(0, 128, 255), dtype: 'float32' },
    labels: Int32Array.of(7, 8, 9),
    doubles: Float64Array.of(0.5, 1.5, 2.5),
  }) as const;

describeDataset('tensorDataset', () => tensorDataset(columns()));

describeBackends('tensorDataset', () => {
  it('gathers rows of any rank and dtype', () => {
    const batch = tensorDataset(columns()).batch([2, 0]);
    const read = Object.entries(batch).map(([name, tensor]) => [
      name,
      tensor.dtype,
      tensor.shape,
      Array.from(tensor.dataSync(), Number),
    ]);
    tf.dispose(batch);
    expect(read).toEqual([
      ['pairs', 'float32', [2, 2], [4, 5, 0, 1]],
      ['flags', 'bool', [2], [1, 1]],
      ['pixels', 'int32', [2, 1, 2, 1], [40, 255, 0, 10]],
      ['scaled', 'float32', [2], [255, 0]],
      ['labels', 'int32', [2], [9, 7]],
      ['doubles', 'float32', [2], [2.5, 0.5]],
    ]);
  });

  it('accepts tensors of every dtype, which the caller keeps', async () => {
    await expectNoLeak(() => {
      const source = {
        a: tf.tensor3d([1, 2, 3, 4], [2, 2, 1]),
        b: tf.tensor1d([5, 6], 'int32'),
        c: tf.tensor1d([true, false]),
      };
      const dataset = tensorDataset({ ...source, d: { data: source.b, dtype: 'float32' } });
      tf.dispose(source);
      const { a, b, c, d } = dataset.batch([1]);
      expect([a.shape, b.dtype, c.dtype, d.dtype]).toEqual([[1, 2, 1], 'int32', 'bool', 'float32']);
      expect([a, b, c, d].map((tensor) => Array.from(tensor.dataSync(), Number))).toEqual([
        [3, 4],
        [6],
        [0],
        [6],
      ]);
      tf.dispose([a, b, c, d]);
    });
  });

  it.each([Float32Array, Int32Array, Uint8Array])('keeps a copy of a %o', (Values) => {
    const data = Values.of(1, 2);
    const dataset = tensorDataset({ data });
    data.fill(9);
    const batch = dataset.batch([0, 1]);
    expect(Array.from(batch.data.dataSync())).toEqual([1, 2]);
    // Writing to a batch does not change the dataset.
    batch.data.dataSync().fill(5);
    tf.dispose(batch);
    const again = dataset.batch([0]);
    expect(Array.from(again.data.dataSync())).toEqual([1]);
    tf.dispose(again);
  });

  it('keeps a copy of a tensor, whose data the backend may share', () => {
    const tensor = tf.tensor1d([1, 2]);
    const dataset = tensorDataset({ tensor });
    tensor.dataSync().fill(9);
    const batch = dataset.batch([1]);
    expect(batch.tensor.dataSync()[0]).toBe(2);
    tf.dispose([batch, tensor]);
  });
});

describe('tensorDataset', () => {
  it('has no examples if its columns have none', () => {
    expect(tensorDataset({ x: [], y: { data: new Float32Array(0), shape: [0, 3] } }).length).toBe(0);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no column', {}, 'columns is [object Object]; expected an object with at least one column.'],
    ['an array', [[1]] as never, 'columns is [[1]]; expected an object with at least one column.'],
    [
      'columns of different lengths',
      { x: [1, 2], y: [1] },
      'the columns have different numbers of examples: x 2, y 1; expected the same number.',
    ],
    [
      'rows of different lengths',
      { x: [[1, 2], [3]] },
      'x[1] is [3]; expected an array of 2 elements, as in the first row.',
    ],
    ['a row in place of a number', { x: [1, [2]] }, 'x[1] is [2]; expected a number or a boolean'],
    [
      'a hole',
      { x: Object.assign([1, 2, 3], { length: 4 }) },
      'x[3] is undefined; expected a number or a boolean',
    ],
    [
      'a promise',
      { x: Promise.resolve([1]) as never },
      'x is [object Promise]; expected a tensor of float32',
    ],
    ['text', { x: ['a'] }, 'x[0] is "a"; expected a number or a boolean'],
    ['a scalar', { x: tf.scalar(1) }, 'x is a scalar; expected one row for each example.'],
    [
      'a string tensor',
      { x: tf.tensor1d(['a']) },
      'x is a string tensor of shape [1]; expected a tensor of float32',
    ],
    [
      'another typed array',
      { x: new Int16Array(2) },
      'x is a Int16Array of 2 elements; expected a tensor of float32',
    ],
    [
      'a shape of another size',
      { x: { data: new Uint8Array(5), shape: [2, 3] } },
      'x.shape is [2, 3], which has 6 elements; expected the 5 of its data.',
    ],
    [
      'another shape',
      { x: { data: [1], shape: [-1] } },
      'x.shape is [-1]; expected an array of whole numbers',
    ],
    [
      'another dtype',
      { x: { data: [1], dtype: 'uint8' } },
      'x.dtype is "uint8"; expected "float32" or "int32" or "bool".',
    ],
    [
      'an unknown field',
      { x: { data: [1], dtpye: 'int32' } },
      'tensorDataset: x: received the unknown option "dtpye"',
    ],
    [
      'fractions as int32',
      { x: { data: [1, 2.5], dtype: 'int32' } },
      "element 1 of x is 2.5; expected whole numbers of 32 bits for dtype int32. Write dtype: 'float32'.",
    ],
    ['NaN as int32', { x: { data: Float32Array.of(Number.NaN), dtype: 'int32' } }, 'element 0 of x is NaN'],
  ])('refuses %s', (_what, wrong, message) => {
    expect(() => tensorDataset(wrong as Record<string, Column>)).toThrow(message);
  });

  it('refuses an index of no example', () => {
    expect(() => tensorDataset({ x: [1, 2] }).batch([0, 2])).toThrow(
      'batch: indices[1] is 2; expected whole numbers from 0 to 1.',
    );
    expect(() => tensorDataset({ x: [] }).batch([0])).toThrow(
      'expected no index, since there are no examples.',
    );
  });
});
