import { type DataType, dispose, engine, Tensor } from '@tensorflow/tfjs-core';
import { isSameShape, showShape } from './shape.js';
import { expected, show } from './show.js';

/**
 * Throws unless `value` is a tensor whose data still exists.
 *
 * @throws TypeError if it is no tensor
 * @throws Error if it was disposed
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
    throw new TypeError(expected(where, name, value, 'a tensor', insteadOfTensor(name, value)));
  }
  if (value.isDisposed) {
    throw new Error(
      `${where}: ${name}, of shape ${showShape(value.shape)}, is disposed; expected a tensor with its data. ` +
        'Dispose it after its last use, and return or tf.keep what outlives a tf.tidy.',
    );
  }
}

function insteadOfTensor(name: string, value: unknown): string {
  if (value instanceof Promise) return 'Write await before it.';
  const isList = Array.isArray(value) && value.some((item) => item instanceof Tensor);
  return isList
    ? `Write ${name}[0] for one of them, tf.stack(${name}) or tf.concat(${name}).`
    : 'Write tf.tensor(…).';
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

/**
 * Throws if labels and scores are swapped, since Keras and scikit-learn take the labels first.
 *
 * @param call the correct call, such as `crossEntropy(logits, labels)`
 */
export function checkOrder(where: string, scores: unknown, labels: unknown, call: string): void {
  if (!(scores instanceof Tensor && labels instanceof Tensor)) return;
  const isSwapped = scores.dtype === 'int32' && labels.dtype === 'float32' && labels.rank > scores.rank;
  if (!isSwapped) return;
  throw new TypeError(
    `${where}: the first argument is ${show(scores)}, the second ${show(labels)}; expected the scores first, as in PyTorch. Write ${call}.`,
  );
}

/** Throws unless the tensor has this shape; `because` explains the shape. */
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

/**
 * Returns all tensors in a batch, each once: a tensor, or objects, arrays and maps of tensors, at
 * any depth.
 */
export function tensorsIn(batch: unknown): Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<object>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    if (value instanceof Tensor) {
      found.add(value);
      return;
    }
    if (seen.has(value)) return;
    seen.add(value);
    for (const child of value instanceof Map ? value.values() : Object.values(value)) walk(child);
  };
  walk(batch);
  return [...found];
}

/**
 * Disposes a batch: by its own method `dispose` if it has one, else all tensors in it. Tensors that
 * are already disposed are skipped.
 */
export function disposeBatch(batch: unknown): void {
  const isObject = typeof batch === 'object' && batch !== null;
  if (isObject && 'dispose' in batch && typeof batch.dispose === 'function') batch.dispose();
  else dispose(tensorsIn(batch));
}

/**
 * Frees the tensors that ops keep for their gradients, after a forward pass that threw, since
 * TensorFlow.js leaves them behind. Within the pass of an outer gradient, which still needs them,
 * nothing is freed.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { disposeTape } from '@trainkit/checks/tensor';
 *
 * const x = tf.variable(tf.scalar(2));
 * const before = tf.memory().numTensors;
 * try {
 *   tf.variableGrads(() => {
 *     throw new Error(`the loss is ${tf.square(x).dataSync()[0]}`);
 *   }, [x]);
 * } catch (error) {
 *   disposeTape();
 *   console.log(`${error}`, tf.memory().numTensors - before); // → Error: the loss is 4 0
 * }
 * ```
 */
export function disposeTape(): void {
  const { state } = engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of state.activeTape ?? []) dispose(saved);
}
