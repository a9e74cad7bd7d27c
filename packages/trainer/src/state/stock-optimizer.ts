import { Tensor } from '@tensorflow/tfjs-core';
import { hasMethods } from './has-methods.js';
import type { Part } from './part.js';

/** A tensor and its name, in the format of `tf.Optimizer`. */
interface NamedTensor {
  name: string;
  tensor: Tensor;
}

/** The part of TensorFlow.js's own optimizers that saves and loads. */
interface StockOptimizer {
  applyGradients(gradients: unknown): void;
  getWeights(): Promise<NamedTensor[]>;
  setWeights(weights: NamedTensor[]): Promise<void>;
  getClassName(): string;
}

/** The optimizers of `tf.train` whose `getWeights` contains all of their state. */
const EXACT: readonly string[] = ['SGD', 'Momentum', 'Adagrad', 'Adadelta', 'RMSProp'];

/** Returns true for an optimizer of `tf.train`. */
export function isStockOptimizer(value: object): value is StockOptimizer {
  return hasMethods(value, 'applyGradients', 'getWeights', 'setWeights', 'getClassName');
}

/**
 * The state of an optimizer of `tf.train`.
 *
 * @throws Error, when it is read, for an optimizer that does not save all of its state, since a run
 *   could not be resumed exactly
 */
export function stockOptimizerPart(where: string, optimizer: StockOptimizer): Part {
  const check = () => {
    const name = optimizer.getClassName();
    if (EXACT.includes(name)) return;
    throw new Error(
      `${where}: tf.train's ${name} does not save all of its state (Adam leaves out its powers of beta1 and beta2), so a run with it cannot be resumed exactly. ` +
        'Use an optimizer of @trainkit/optimizers, or train without checkpoints.',
    );
  };
  return {
    read: async (made: Tensor[]) => {
      check();
      const weights = await optimizer.getWeights();
      // The count of steps is a tensor that getWeights creates for its caller; the others are the
      // optimizer's variables.
      for (const { tensor } of weights) if (!('assign' in tensor)) made.push(tensor);
      return weights.map(({ name, tensor }) => ({ name, tensor }));
    },
    load: async (state) => {
      check();
      if (!Array.isArray(state) || !state.every(isNamedTensor)) {
        throw new TypeError(
          `${where}: the state is not that of tf.train's ${optimizer.getClassName()}. Resume with the optimizer that was saved.`,
        );
      }
      const replaced = await optimizer.getWeights();
      await optimizer.setWeights(state);
      for (const { tensor } of replaced) tensor.dispose();
    },
  };
}

function isNamedTensor(value: unknown): value is NamedTensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'tensor' in value &&
    value.tensor instanceof Tensor
  );
}
