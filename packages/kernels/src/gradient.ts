import { clone, type GradFunc, type Tensor } from '@tensorflow/tfjs-core';
import { compositeGradient } from './composite-gradient.js';
import { isRecorded } from './tape.js';
import type { Declaration, Tensors, Thunks } from './types.js';

/** A declaration's gradient in TensorFlow.js's form. */
export function gradientFunction(
  { name, composite, visible, save }: Declaration,
  gradient: NonNullable<Declaration['gradient']>,
  inputNames: readonly string[],
): GradFunc {
  const savedNames = save?.inputs ?? inputNames;
  const savedInputs = (tensors: readonly Tensor[]) => {
    const inputs: Record<string, Tensor> = {};
    for (const [i, inputName] of savedNames.entries()) inputs[inputName] = tensors[i]!;
    return inputs;
  };
  return (dy, savedTensors, attrs) => {
    const dys = Array.isArray(dy) ? dy.slice(0, visible) : [dy];
    const inputs = savedInputs(savedTensors);
    const outputs = savedTensors.slice(savedNames.length);
    if (!isRecorded()) {
      return ownTensors(gradient(dys, { inputs, outputs }, attrs), [...dys, ...savedTensors]);
    }
    const lost = inputNames.filter((inputName) => !savedNames.includes(inputName));
    if (lost.length > 0) {
      throw new Error(
        `${name}: this is a gradient of a gradient, but the op ran outside the inner function, and it did not save ` +
          `its input ${lost.join(', ')}. Call it inside: tf.grad((x) => model(x)) instead of ` +
          `const y = model(x); tf.grad(() => y).`,
      );
    }
    return ownTensors(compositeGradient(composite, dys, inputs, attrs), []);
  };
}

/**
 * Wraps thunks so that they return only tensors of their own: TensorFlow.js disposes the tensors
 * that it has added up.
 */
function ownTensors(thunks: Thunks<Tensors>, others: readonly Tensor[]): Record<string, () => Tensor> {
  // There are only a few tensors, for which a set is slower.
  const seen = [...others];
  const own: Record<string, () => Tensor> = {};
  for (const [name, thunk] of Object.entries(thunks)) {
    if (thunk === undefined) continue;
    own[name] = () => {
      const result = thunk();
      if (seen.includes(result)) return clone(result);
      seen.push(result);
      return result;
    };
  }
  return own;
}
