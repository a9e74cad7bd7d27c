import { expected } from '@trainkit/checks';

/**
 * A source of numbers: a tensor of TensorFlow.js, recognized by its methods, so that this package
 * needs no TensorFlow.js.
 */
export interface TensorLike {
  /** Returns the numbers, last axis fastest. */
  dataSync(): ArrayLike<unknown>;
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** `int32` makes the pixels of an image range from 0 to 255; default `float32`. */
  readonly dtype?: string | undefined;
}

/** True if `value` is a tensor. */
export function isTensorLike(value: unknown): value is TensorLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dataSync' in value &&
    typeof value.dataSync === 'function' &&
    'shape' in value &&
    Array.isArray(value.shape)
  );
}

/** The numbers of an array or a tensor; throws unless all of them are finite numbers. */
export function finiteNumbers(method: string, name: string, value: unknown): ArrayLike<number> {
  const numbers: unknown = isTensorLike(value) ? value.dataSync() : value;
  if (!Array.isArray(numbers) && !isTypedArray(numbers))
    throw new TypeError(expected(method, name, value, 'an array or a typed array of numbers, or a tensor'));
  checkFinite(method, name, numbers);
  return numbers;
}

function checkFinite(
  method: string,
  name: string,
  values: ArrayLike<unknown>,
): asserts values is ArrayLike<number> {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') throw new TypeError(expected(method, `${name}[${i}]`, value, 'a number'));
    if (!Number.isFinite(value))
      throw new RangeError(expected(method, `${name}[${i}]`, value, 'a finite number'));
  }
}

function isTypedArray(value: unknown): value is ArrayLike<unknown> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
