import { Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { tensorsIn } from '@trainkit/checks/tensor';

/** An argument of a captured step: tensors, and values that select a recording. */
type Captured = Tensor | string | number | boolean | null | Captured[] | { [key: string]: Captured };

/**
 * The data of a batch without its methods, as arguments of a captured step. Undefined if it
 * contains anything but tensors and plain values, since a recording would freeze it.
 */
export function capturedBatch(batch: unknown, above: readonly object[] = []): Captured | undefined {
  if (batch instanceof Tensor || batch === null) return batch;
  if (typeof batch === 'string' || typeof batch === 'number' || typeof batch === 'boolean') return batch;
  if (typeof batch !== 'object' || ArrayBuffer.isView(batch)) return undefined;
  // A map has no properties, and a batch that contains itself has no end.
  if (batch instanceof Map || batch instanceof Set || above.includes(batch)) return undefined;
  const entries = Object.entries(batch).filter(
    ([, value]) => typeof value !== 'function' && value !== undefined,
  );
  const captured: [string, Captured][] = [];
  for (const [key, value] of entries) {
    const part = capturedBatch(value, [...above, batch]);
    if (part === undefined) return undefined;
    captured.push([key, part]);
  }
  return Array.isArray(batch) ? captured.map(([, part]) => part) : Object.fromEntries(captured);
}

/**
 * The number of examples in a batch: the size of the first dimension of its first tensor that is
 * not a scalar.
 *
 * @throws TypeError if all tensors are scalars
 */
export function examplesIn(batch: unknown): number {
  const first = tensorsIn(batch).find(({ rank }) => rank > 0)?.shape[0];
  if (first !== undefined) return first;
  throw new TypeError(
    `Trainer: the batch is ${show(batch)}, in which no tensor has a dimension of examples; expected one to count for accumulate. Give the option examples: (batch) => count.`,
  );
}
