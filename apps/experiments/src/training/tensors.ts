import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerState } from '@trainkit/optimizers';
import type { SafeTensor } from '@trainkit/safetensors';
import type { Tensors, TrainingPlace } from './training-state.js';

/** A tensor's numbers, copied: what comes after does not change them. */
function toFileTensor(tensor: tf.Tensor): SafeTensor {
  const data = tensor.dataSync();
  if (data instanceof Float32Array) return { dtype: 'F32', shape: tensor.shape, data: data.slice() };
  if (data instanceof Int32Array) return { dtype: 'I32', shape: tensor.shape, data: data.slice() };
  throw new TypeError(`A checkpoint holds float32 and int32; received ${tensor.dtype}.`);
}

/** A new tensor of the same numbers. */
function fromFileTensor({ dtype, shape, data }: SafeTensor): tf.Tensor {
  // Copied: a backend may keep the very array.
  if (dtype === 'F32') return tf.tensor(data.slice(), [...shape], 'float32');
  if (dtype === 'I32') return tf.tensor(data.slice(), [...shape], 'int32');
  throw new TypeError(`A checkpoint holds F32 and I32; received ${dtype}.`);
}

/** {@link toFileTensor} of each. */
export function toFileTensors(tensors: Readonly<Record<string, tf.Tensor>>): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toFileTensor(tensor)]));
}

/** Calls `use` with new tensors of the same numbers, which are disposed after it. */
export function withTensors(tensors: Tensors, use: (made: Record<string, tf.Tensor>) => void): void {
  tf.tidy(() => {
    use(Object.fromEntries(Object.entries(tensors).map(([name, each]) => [name, fromFileTensor(each)])));
  });
}

/** Between a variable's path and its state's key. */
const SEPARATOR = '/';

/** An optimizer's state, its tensors and its numbers apart. */
export function splitOptimizerState({ state }: OptimizerState): {
  tensors: Tensors;
  numbers: TrainingPlace['optimizer']['numbers'];
} {
  const tensors: Record<string, SafeTensor> = {};
  const numbers: TrainingPlace['optimizer']['numbers'] = {};
  for (const [path, values] of Object.entries(state)) {
    const counted: Record<string, number> = {};
    for (const [key, value] of Object.entries(values)) {
      if (typeof value === 'number') counted[key] = value;
      else tensors[`${path}${SEPARATOR}${key}`] = toFileTensor(value);
    }
    numbers[path] = counted;
  }
  return { tensors, numbers };
}

/** The other way round. */
export function joinOptimizerState(
  numbers: TrainingPlace['optimizer']['numbers'],
  tensors: Readonly<Record<string, tf.Tensor>>,
): OptimizerState['state'] {
  const state: OptimizerState['state'] = Object.fromEntries(
    Object.entries(numbers).map(([path, { step = 0, ...others }]) => [path, { step, ...others }]),
  );
  for (const [name, tensor] of Object.entries(tensors)) {
    const at = name.lastIndexOf(SEPARATOR);
    const variable = state[name.slice(0, at)];
    if (variable === undefined)
      throw new RangeError(`The optimizer has a tensor ${name}, but no step of it.`);
    variable[name.slice(at + SEPARATOR.length)] = tensor;
  }
  return state;
}
