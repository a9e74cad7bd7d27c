import {
  add,
  cast,
  clone,
  keep,
  mul,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { disposeTape } from '@trainkit/checks/tensor';
import { sortResult } from './step-result.js';

/**
 * The result of a pass: the loss, other values of the step, and the gradients by `variable.name`.
 */
export type Pass = {
  loss: Scalar;
  tensors: NamedTensorMap;
  numbers: Record<string, number>;
  grads: NamedTensorMap;
};

/** Runs the step on one batch, forward and backward; must be called in a tidy. */
export function passOver(step: () => unknown, variables: Variable[]): Pass {
  const kept: NamedTensorMap = {};
  let numbers: Record<string, number> = {};
  try {
    const { value, grads } = variableGrads(() => {
      const result = sortResult(step());
      numbers = result.numbers;
      // Kept, since tensors that are created in here are disposed after the gradients.
      for (const [name, tensor] of Object.entries(result.tensors)) kept[name] = keep(clone(tensor));
      return result.loss;
    }, variables);
    return {
      loss: value,
      tensors: mapTensors(kept, (tensor) => clone(tensor)),
      numbers,
      grads: withoutMissing(grads),
    };
  } catch (error) {
    disposeTape();
    if (error instanceof Error && error.message.includes('Cannot find a connection between')) {
      throw new Error(
        'Trainer: the loss does not depend on any variable of the model; expected one that the step computes from them by TensorFlow.js ops. Look for dataSync(), and for another model in the step.',
        { cause: error },
      );
    }
    throw error;
  } finally {
    for (const tensor of Object.values(kept)) tensor.dispose();
  }
}

/**
 * The sums over several passes, in which each example has the same weight: means over a batch,
 * times its number of examples.
 *
 * @param before the sums of the passes before it, or null
 * @param examples the number of examples of this batch
 */
export function addPass(pass: Pass, before: Pass | null, examples: number): Pass {
  const sum = <T extends Tensor>(mean: T, sumBefore: T | undefined): T => {
    const added = mul<T>(mean, examples);
    return sumBefore === undefined ? added : add<T>(sumBefore, added);
  };
  return {
    loss: sum(pass.loss, before?.loss),
    tensors: mapTensors(pass.tensors, (tensor, name) =>
      // Only numbers have a mean over batches of different sizes.
      tensor.size === 1 ? sum(toFloat(tensor), before?.tensors[name]) : tensor,
    ),
    numbers: Object.fromEntries(
      Object.entries(pass.numbers).map(([name, number]) => [
        name,
        (before?.numbers[name] ?? 0) + number * examples,
      ]),
    ),
    grads: addGradients(pass.grads, before?.grads, sum),
  };
}

/** Adds gradients; a variable that a pass does not use has a gradient of zero in it. */
function addGradients(
  grads: NamedTensorMap,
  before: NamedTensorMap | undefined,
  sum: (mean: Tensor, sumBefore: Tensor | undefined) => Tensor,
): NamedTensorMap {
  const added = mapTensors(grads, (grad, name) => sum(grad, before?.[name]));
  const missed = Object.entries(before ?? {}).filter(([name]) => !Object.hasOwn(grads, name));
  return { ...added, ...Object.fromEntries(missed.map(([name, grad]) => [name, clone(grad)])) };
}

/** Applies a function to each tensor, and keeps the names. */
export function mapTensors(
  map: NamedTensorMap,
  change: (tensor: Tensor, name: string) => Tensor,
): NamedTensorMap {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [name, change(tensor, name)]));
}

function toFloat(tensor: Tensor): Tensor {
  return tensor.dtype === 'float32' ? tensor : cast(tensor, 'float32');
}

/** TensorFlow.js lists frozen variables with null. */
function withoutMissing(grads: { [name: string]: Tensor | null }): NamedTensorMap {
  const found: NamedTensorMap = {};
  for (const [name, grad] of Object.entries(grads)) if (grad !== null) found[name] = grad;
  return found;
}
