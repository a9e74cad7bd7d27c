import * as tf from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { gatherRows, type StoredColumn, storeColumn } from './column.js';
import type { Column, ColumnBatch } from './column-types.js';
import { checkIndices, type Dataset } from './dataset.js';

/**
 * A dataset of named columns in memory. A batch is an object of tensors by the same names.
 *
 * A column is a tensor of float32, int32 or bool, a typed array, nested arrays, or
 * `{ data, shape, dtype }`. Its first dimension counts the examples and is the same for all
 * columns. Values are copied, so later changes of the arrays have no effect, and the caller keeps
 * its tensors. A `Uint8Array` takes one byte for each element in memory; batches convert it to
 * int32, or to float32 with `dtype: 'float32'`.
 *
 * The trap: arrays of numbers are float32, as in `tf.tensor`. Class indices need
 * `{ data, dtype: 'int32' }`.
 *
 * @throws TypeError for values of another kind, rows of unequal lengths or an unknown field
 * @throws RangeError if columns differ in length, a shape does not fit, or int32 cannot hold a
 *   value
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { tensorDataset } from '@trainkit/data';
 *
 * const dataset = tensorDataset({
 *   inputs: [[0, 1], [2, 3], [4, 5]],
 *   pixels: { data: new Uint8Array(3 * 28 * 28), shape: [3, 28, 28, 1], dtype: 'float32' },
 *   labels: Int32Array.of(7, 8, 9),
 * });
 * const batch = dataset.batch([2, 0]);
 * console.log(batch.pixels.shape.join('×'), batch.pixels.dtype); // → 2×28×28×1 float32
 * console.log(batch.inputs.dataSync().join(' '), batch.labels.dataSync().join(' ')); // → 4 5 0 1 9 7
 * tf.dispose(batch);
 * ```
 */
export function tensorDataset<const Columns extends Readonly<Record<string, Column>>>(
  columns: Columns,
): Dataset<ColumnBatch<Columns>> {
  const stored = storeColumns(columns);
  const [first] = stored.values();
  const length = first?.length ?? 0;
  return {
    length,
    batch(indices) {
      checkIndices('batch', indices, length);
      return gatherColumns<ColumnBatch<Columns>>(stored, indices);
    },
  };
}

function storeColumns(columns: Readonly<Record<string, Column>>): Map<string, StoredColumn> {
  const isRecord =
    typeof columns === 'object' &&
    columns !== null &&
    !Array.isArray(columns) &&
    !ArrayBuffer.isView(columns) &&
    !(columns instanceof tf.Tensor);
  if (!isRecord || Object.keys(columns).length === 0) {
    throw new TypeError(
      expected(
        'tensorDataset',
        'columns',
        columns,
        'an object with at least one column',
        'Write tensorDataset({ inputs, labels }).',
      ),
    );
  }
  const stored = new Map(Object.entries(columns).map(([name, column]) => [name, storeColumn(name, column)]));
  const lengths = new Set([...stored.values()].map(({ length }) => length));
  if (lengths.size > 1) {
    const counts = [...stored].map(([name, { length }]) => `${name} ${length}`);
    throw new RangeError(
      `tensorDataset: the columns have different numbers of examples: ${counts.join(', ')}; expected the same number. ` +
        'Write the examples along the first dimension of each.',
    );
  }
  return stored;
}

function gatherColumns<Batch>(columns: Map<string, StoredColumn>, indices: readonly number[]): Batch;
function gatherColumns(columns: Map<string, StoredColumn>, indices: readonly number[]): unknown {
  return Object.fromEntries([...columns].map(([name, column]) => [name, gatherRows(column, indices)]));
}
