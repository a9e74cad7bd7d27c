import { scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { withDefaults } from '../option-rules.js';
import { SGD, type SGDOptions } from './sgd.js';
import { sgdStep } from './sgd.kernel.js';

/** The tensors of {@link sgdUpdate}, all of one shape. */
export interface SGDTensors {
  /** The parameter. */
  parameter: Tensor;
  /** Its gradient. */
  gradient: Tensor;
  /**
   * The momentum buffer of the update before, default none: the first update's buffer is the
   * gradient itself.
   */
  momentumBuffer?: Tensor | undefined;
}

/** Options of {@link sgdUpdate}. */
export interface SGDUpdateOptions extends Omit<SGDOptions, 'learningRate'> {
  /** The rate of this update. */
  learningRate: number;
  /**
   * True if the parameter and the buffer are donated, default false: the results may then lie in
   * their memory, and they must not be read any more.
   */
  inPlace?: boolean | undefined;
}

const SGD_UPDATE_OPTIONS: OptionNames<SGDUpdateOptions> = {
  learningRate: true,
  momentum: true,
  dampening: true,
  nesterov: true,
  weightDecay: true,
  maximize: true,
  inPlace: true,
};

/** The new tensors of {@link sgdUpdate}; no buffer without momentum. */
export type SGDUpdated = Omit<SGDTensors, 'gradient'>;

/**
 * One update of {@link SGD}, as a function of tensors. The results are new tensors.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { sgdUpdate } from '@trainkit/optimizers';
 *
 * const { parameter } = sgdUpdate({ parameter: tf.scalar(1), gradient: tf.scalar(4) }, { learningRate: 0.125 });
 * console.log(parameter.dataSync()[0]); // → 0.5
 * ```
 */
export function sgdUpdate(
  { parameter, gradient, momentumBuffer }: SGDTensors,
  options: SGDUpdateOptions,
): SGDUpdated {
  const { learningRate, inPlace = false, ...given } = checkOptions('sgdUpdate', options, SGD_UPDATE_OPTIONS);
  const { learningRate: _, ...attributes } = withDefaults<SGDOptions>(SGD.options, given);
  return tidy(() => {
    const [next, buffer] = sgdStep(
      { parameter, gradient, learningRate: scalar(learningRate), momentum_buffer: momentumBuffer },
      { ...attributes, inPlace },
    );
    return { parameter: next, momentumBuffer: buffer };
  });
}
