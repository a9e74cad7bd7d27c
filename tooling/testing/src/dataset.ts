import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeBackends } from './backends.js';

/** The part of a dataset that the laws cover. */
interface TestedDataset {
  readonly length: number;
  batch(indices: readonly number[], ...seeds: never[]): unknown;
}

/** Options of {@link describeDataset}. */
export interface DatasetLaws {
  /**
   * True if batches depend on random numbers: then equal indices may give different batches.
   * Default false.
   */
  isRandom?: boolean | undefined;
}

/**
 * Runs the laws of every dataset on every backend; for at least three examples, synchronous or
 * asynchronous.
 *
 * - A batch is a tensor, or objects and arrays of tensors, whose first dimension counts the
 *   indices.
 * - Its rows are the examples of the indices, in their order, equal to the rows of single batches.
 *   An index given twice gives a row twice.
 * - A batch belongs to the caller: after its disposal no tensor is left, and the next batch is
 *   intact.
 * - Indices outside the dataset are rejected, and leave no tensor.
 *
 * @param make creates a dataset; tensors that it keeps are created once
 *
 * @example
 * ```text
 * describeDataset('squares', () => new Squares(10));
 * ```
 */
export function describeDataset(
  title: string,
  make: () => TestedDataset,
  { isRandom = false }: DatasetLaws = {},
): void {
  describeBackends(`the dataset ${title}`, () => {
    /** Returns the tensors of a batch by their paths, as arrays; disposes the batch. */
    const read = async (dataset: TestedDataset, indices: readonly number[]) => {
      const batch: unknown = await dataset.batch(indices);
      const found = tensorsByPath(batch);
      expect(found.size, 'tensors in a batch').toBeGreaterThan(0);
      const read = [...found].map(([path, tensor]) => {
        expect(tensor.shape[0], `rows of ${path}`).toBe(indices.length);
        const size = tensor.size / Math.max(1, indices.length);
        const values = Array.from(tensor.dataSync());
        const rows = indices.map((_, row) => values.slice(row * size, (row + 1) * size));
        return { path, dtype: tensor.dtype, shape: tensor.shape.slice(1), rows };
      });
      tf.dispose([...found.values()]);
      return read;
    };

    it('has a length, and batches that belong to the caller', async () => {
      const dataset = make();
      expect(dataset.length).toBeGreaterThanOrEqual(3);
      const before = tf.memory().numTensors;
      for (const indices of [[0], [0, dataset.length - 1], []]) {
        await read(dataset, indices);
        expect(tf.memory().numTensors, `tensors left over by ${indices.length} rows`).toBe(before);
      }
    });

    const inOrder = async () => {
      const dataset = make();
      const last = dataset.length - 1;
      const indices = [last, 0, 1, last, 0];
      const together = await read(dataset, indices);
      expect(await read(dataset, indices)).toEqual(together);
      for (const [row, index] of indices.entries()) {
        const alone = await read(dataset, [index]);
        expect(alone.map(({ rows }) => rows[0])).toEqual(together.map(({ rows }) => rows[row]));
        const form = (parts: typeof alone) => parts.map(({ path, dtype, shape }) => ({ path, dtype, shape }));
        expect(form(alone)).toEqual(form(together));
      }
    };
    if (!isRandom) it('has the examples of the indices in their order', inOrder);

    it.each([-1, 0.5, Number.NaN, 'length' as const])('refuses the index %s', async (index) => {
      const dataset = make();
      const before = tf.memory().numTensors;
      const ask = async () => dataset.batch([0, index === 'length' ? dataset.length : index]);
      await expect(ask()).rejects.toThrow(RangeError);
      expect(tf.memory().numTensors, 'tensors left over').toBe(before);
    });
  });
}

function tensorsByPath(batch: unknown): Map<string, tf.Tensor> {
  const found = new Map<string, tf.Tensor>();
  const walk = (value: unknown, path: string): void => {
    if (value instanceof tf.Tensor) found.set(path, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, child] of Object.entries(value)) walk(child, path === '' ? key : `${path}.${key}`);
  };
  walk(batch, '');
  return found;
}
