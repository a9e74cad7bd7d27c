import { clone, type GradFunc, type Tensor } from '@tensorflow/tfjs-core';
import { compositeGradient } from './composite-gradient.js';
import { isRecorded } from './tape.js';
import type { Declaration, Tensors, Thunks } from './types.js';

/** A declaration's gradient as TensorFlow.js calls it. */
export function gradientFunction(
  { name, composite, visible, save }: Declaration,
  gradient: NonNullable<Declaration['gradient']>,
  inputNames: readonly string[],
): GradFunc {
  const savedNames = save?.inputs ?? inputNames;
  return (dy, savedTensors, attrs) => {
    const dys = Array.isArray(dy) ? dy.slice(0, visible) : [dy];
    const inputs: Tensors = Object.fromEntries(
      savedNames.map((inputName, i): [string, Tensor] => [inputName, savedTensors[i]!]),
    );
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

/** Thunks that never return a tensor of somebody else: TensorFlow.js disposes what it has added up. */
function ownTensors(thunks: Thunks<Tensors>, others: readonly Tensor[]): Record<string, () => Tensor> {
  const seen = new Set(others);
  return Object.fromEntries(
    Object.entries(thunks).flatMap(([name, thunk]): [string, () => Tensor][] => {
      if (thunk === undefined) return [];
      const own = () => {
        const result = thunk();
        if (seen.has(result)) return clone(result);
        seen.add(result);
        return result;
      };
      return [[name, own]];
    }),
  );
}
