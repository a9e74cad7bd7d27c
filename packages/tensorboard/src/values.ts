import { expected } from '@trainkit/checks';

/**
 * What has numbers to give: a tensor of TensorFlow.js, by its shape alone, so that this package needs no TensorFlow.js.
 */
export interface TensorLike {
  /** The numbers, last axis fastest. */
  dataSync(): ArrayLike<unknown>;
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** `int32` makes the pixels of an image go from 0 to 255; default `float32`. */
  readonly dtype?: string | undefined;
}

/** Whether `value` is a tensor. */
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

/** The numbers of an array or a tensor; throws unless they are numbers, all of them finite. */
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
