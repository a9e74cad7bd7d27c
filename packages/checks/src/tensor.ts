import { type DataType, Tensor } from '@tensorflow/tfjs-core';
import { isSameShape, showShape } from './shape.js';
import { expected } from './show.js';

/**
 * Throws unless `value` is a tensor whose data still exists.
 *
 * @throws TypeError where it is no tensor
 * @throws Error where it was disposed
 *
 * @example
 * ```ts
 * import { checkTensor } from '@trainkit/checks/tensor';
 *
 * try {
 *   checkTensor('norm', 'x', [1, 2]);
 * } catch (error) {
 *   console.log(`${error}`); // → TypeError: norm: x is [1, 2]; expected a tensor. Write tf.tensor(…).
 * }
 * ```
 */
export function checkTensor(where: string, name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new TypeError(expected(where, name, value, 'a tensor', 'Write tf.tensor(…).'));
  }
  if (value.isDisposed) {
    throw new Error(
      `${where}: ${name}, of shape ${showShape(value.shape)}, is disposed; expected a tensor with its data. ` +
        'Dispose it after its last use, and return or tf.keep what outlives a tf.tidy.',
    );
  }
}

/** Throws unless `value` is a tensor of one of these dtypes whose data still exists. */
export function checkDtype(
  where: string,
  name: string,
  value: unknown,
  ...dtypes: readonly [DataType, ...DataType[]]
): asserts value is Tensor {
  checkTensor(where, name, value);
  if (dtypes.includes(value.dtype)) return;
  const [first] = dtypes;
  throw new TypeError(expected(where, name, value, dtypes.join(' or '), `Write ${name}.cast('${first}').`));
}

/** Throws unless `value` is a float32 tensor whose data still exists. */
export function checkFloat32(where: string, name: string, value: unknown): asserts value is Tensor {
  checkDtype(where, name, value, 'float32');
}

/** Throws unless the tensor has this shape; `because` says where the shape comes from. */
export function checkTensorShape(
  where: string,
  name: string,
  value: Tensor,
  shape: readonly number[],
  because?: string,
): void {
  if (isSameShape(value.shape, shape)) return;
  throw new RangeError(
    expected(
      where,
      name,
      value,
      `the shape ${showShape(shape)}${because === undefined ? '' : `, ${because}`}`,
    ),
  );
}
