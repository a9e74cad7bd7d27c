import { type Scalar, Tensor } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';

/**
 * The values of a step beside its loss: numbers and tensors by name, each logged as `train/NAME`.
 */
export type StepValues = { readonly [name: string]: Tensor | number };

/** The result of a step: the loss alone, or the loss and other values by name. */
export type StepResult = Tensor | (StepValues & { readonly loss: Tensor });

/** A step's result, split into its parts. */
export interface SortedResult {
  loss: Scalar;
  tensors: Record<string, Tensor>;
  numbers: Record<string, number>;
}

/**
 * Splits the result of a step into loss, numbers and tensors.
 *
 * @throws TypeError if the loss is no float32 scalar, or a value is neither number nor tensor
 */
export function sortResult(result: unknown): SortedResult {
  if (result instanceof Promise) {
    // The error below is more useful than an unhandled rejection of the promise.
    result.catch(() => undefined);
    throw new TypeError(
      'Trainer: step returned a promise; expected { loss } at once. Await in the batches, not in the step.',
    );
  }
  if (result instanceof Tensor) return sortResult({ loss: result });
  if (typeof result !== 'object' || result === null) {
    throw new TypeError(
      `Trainer: step returned ${show(result)}; expected { loss }, or the loss alone. Write return { loss }.`,
    );
  }
  const tensors: Record<string, Tensor> = {};
  const numbers: Record<string, number> = {};
  let loss: Scalar | undefined;
  for (const [name, value] of Object.entries(result)) {
    if (name === 'loss') loss = checkedLoss(value);
    else if (value instanceof Tensor) tensors[name] = value;
    else if (typeof value === 'number') numbers[name] = value;
    else if (value !== undefined) {
      throw new TypeError(
        `Trainer: step returned ${name}: ${show(value)}; expected a number or a tensor. Leave it out.`,
      );
    }
  }
  return { loss: loss ?? checkedLoss(undefined), tensors, numbers };
}

function checkedLoss(loss: unknown): Scalar {
  if (loss instanceof Tensor && loss.isDisposed)
    throw new Error(
      'Trainer: step returned a loss that is disposed; expected a live tensor. Return it before it is disposed.',
    );
  if (isScalar(loss)) return loss;
  throw new TypeError(
    `Trainer: step returned loss: ${show(loss)}; expected a float32 tensor of shape []. Write tf.mean(losses).`,
  );
}

function isScalar(value: unknown): value is Scalar {
  return value instanceof Tensor && value.rank === 0 && value.dtype === 'float32';
}
