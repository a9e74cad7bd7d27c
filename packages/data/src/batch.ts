import * as tf from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';

/** Returns true for promises and everything else with a method `then`. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Joins batches of the same form into one: each tensor is the concatenation of theirs, with its
 * rows in the given order. Call it in a tidy.
 *
 * @param order row `i` of the result is row `order[i]` of the concatenation; null leaves the rows
 *   as they are
 */
export function joinBatches<Batch>(batches: readonly Batch[], order: readonly number[] | null): Batch;
export function joinBatches(batches: readonly unknown[], order: readonly number[] | null): unknown {
  const [first] = batches;
  const tensors = batches.filter((batch) => batch instanceof tf.Tensor);
  if (tensors.length === batches.length) {
    checkSameRows(tensors);
    const rows = tf.concat(tensors, 0);
    return order === null ? rows : tf.gather(rows, tf.tensor1d([...order], 'int32'));
  }
  if (Array.isArray(first)) {
    const lists = batches.filter(
      (batch): batch is unknown[] => Array.isArray(batch) && batch.length === first.length,
    );
    if (lists.length === batches.length)
      return first.map((_, i) =>
        joinBatches(
          lists.map((list) => list[i]),
          order,
        ),
      );
  } else if (isRecord(first)) {
    const keys = Object.keys(first);
    const records = batches.filter(isRecord);
    const isSameForm = records.every(
      (record) => Object.keys(record).length === keys.length && keys.every((key) => key in record),
    );
    if (records.length === batches.length && isSameForm)
      return Object.fromEntries(
        keys.map((key) => [
          key,
          joinBatches(
            records.map((record) => record[key]),
            order,
          ),
        ]),
      );
  }
  throw new TypeError(
    `concat: batches are ${batches.map(describe).join(' and ')}; expected tensors, or arrays or objects of tensors with ` +
      'the same keys. Write map(dataset, f) around the dataset whose batches differ.',
  );
}

/** Throws if tensors have different dtypes, or rows of different shapes. */
function checkSameRows(tensors: readonly tf.Tensor[]): void {
  const [first] = tensors;
  const formOf = ({ dtype, shape }: tf.Tensor) => `${dtype} ${shape.slice(1).join()}`;
  const other = tensors.find((each) => first !== undefined && formOf(each) !== formOf(first));
  if (other === undefined) return;
  throw new TypeError(
    `concat: batches have ${show(first)} and ${show(other)}; expected one dtype and rows of one shape. ` +
      'Write map(dataset, f) around the dataset whose batches differ.',
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof tf.Tensor)
  );
}

function describe(batch: unknown): string {
  return isRecord(batch) ? `an object of ${Object.keys(batch).join(', ')}` : show(batch);
}
