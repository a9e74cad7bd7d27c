import { Tensor } from '@tensorflow/tfjs-core';

/** A shape as error messages write it. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A value as it would be typed, for error messages: `"3"` and `3` must not read alike. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Tensor) return `a tensor ${shapeText(value.shape)}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Throws unless `x` is a float32 tensor that still has its numbers. */
export function checkFloat(method: string, name: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) {
    throw new TypeError(`${method}: ${name} must be a tensor; received ${show(x)}. Write tf.tensor(…).`);
  }
  if (x.isDisposed) {
    throw new Error(
      `${method}: ${name} was disposed. Call before dispose(), or outside of the tf.tidy that ended its life.`,
    );
  }
  if (x.dtype !== 'float32') {
    throw new TypeError(
      `${method}: ${name} must be float32; received ${x.dtype}. Write ${name}.cast('float32').`,
    );
  }
}

/** Throws unless `x`, where it is there at all, is a float32 tensor of this shape. */
export function checkShaped(
  method: string,
  name: string,
  x: Tensor | null,
  shape: readonly number[],
  because: string,
): void {
  if (x === null) return;
  checkFloat(method, name, x);
  if (x.shape.length === shape.length && x.shape.every((size, i) => size === shape[i])) return;
  throw new RangeError(
    `${method}: ${name} must have the shape ${shapeText(shape)}, ${because}; received ${shapeText(x.shape)}.`,
  );
}

/** Throws unless `eps` is a number that a variance may have added. */
export function checkEps(method: string, eps: number): void {
  if (typeof eps === 'number' && Number.isFinite(eps) && eps > 0) return;
  throw new RangeError(
    `${method}: eps must be a finite number above 0, such as 1e-5; received ${show(eps)}.`,
  );
}

/** Throws unless `momentum` weighs the new against the old, or is null. */
export function checkMomentum(method: string, momentum: number | null): void {
  if (momentum === null) return;
  if (typeof momentum === 'number' && momentum >= 0 && momentum <= 1) return;
  throw new RangeError(
    `${method}: momentum is the weight of the new statistics, from 0 to 1, or null for the cumulative average; ` +
      `received ${show(momentum)}. What Keras and TensorFlow.js call momentum 0.99 is 0.01 here.`,
  );
}

/** Throws unless `value` is a switch. */
export function checkSwitch(method: string, name: string, value: boolean): void {
  if (typeof value === 'boolean') return;
  throw new TypeError(`${method}: ${name} must be true or false; received ${show(value)}.`);
}

/** Whether `value` can be the size of a dimension. */
export function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
