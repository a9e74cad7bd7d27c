import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { stepNumber } from '@trainkit/kernels';
import type { Complete } from './hyperparameters.js';
import { sgdMomentumStep, sgdStep } from './sgd.kernel.js';

/** What {@link sgdUpdate} starts from. */
export interface SGDTensors {
  /** The parameter. */
  parameter: Tensor;
  /** Its gradient. */
  gradient: Tensor;
  /** The momentum buffer of the update before, default none: the first update's buffer is the gradient itself. */
  momentumBuffer?: Tensor | undefined;
}

/** How {@link sgdUpdate} updates. */
export interface SGDUpdateOptions {
  /** The rate of this update. */
  learningRate: number;
  /** How much of the buffer stays, default 0: no momentum. */
  momentum?: number | undefined;
  /** What the gradient is weighted down by as it enters the buffer, default 0. */
  dampening?: number | undefined;
  /** Whether the step looks ahead along the buffer, default false. */
  nesterov?: boolean | undefined;
  /** L2: what the gradient gets of the parameter, default 0. */
  weightDecay?: number | undefined;
  /** Whether to go up instead of down, default false. */
  maximize?: boolean | undefined;
  /**
   * Whether the parameter and the buffer are given up, default false: the results may then lie in their memory, and they
   * must not be read any more.
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

/** What {@link sgdUpdate} returns. */
export type SGDUpdated = {
  /** The new parameter. */
  parameter: Tensor;
  /** The new buffer; missing without momentum. */
  momentumBuffer?: Tensor | undefined;
};

/**
 * One update of stochastic gradient descent, as a function: what {@link SGD} does with each variable.
 *
 * g = gradient + weightDecay · parameter; buffer = momentum · buffer + (1 − dampening) · g (at first g);
 * parameter − learningRate · buffer, or with nesterov parameter − learningRate · (g + momentum · buffer). All tensors
 * have one shape; the results are new tensors, and what was given stays, unless it is given up with `inPlace`.
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
export function sgdUpdate(tensors: SGDTensors, options: SGDUpdateOptions): SGDUpdated {
  const {
    learningRate,
    momentum = 0,
    dampening = 0,
    nesterov = false,
    weightDecay = 0,
    maximize = false,
    inPlace = false,
  } = checkOptions('sgdUpdate', options, SGD_UPDATE_OPTIONS);
  const constants = { momentum, dampening, nesterov, weightDecay, maximize, inPlace };
  return tidy(() => sgdRule(tensors, constants, () => learningRate));
}

/** One update, in a tidy; a recorder can record it. */
export function sgdRule(
  { parameter, gradient, momentumBuffer }: SGDTensors,
  {
    momentum,
    dampening,
    nesterov,
    weightDecay,
    maximize,
    inPlace,
  }: Complete<Omit<SGDUpdateOptions, 'learningRate'>>,
  readRate: () => number,
): SGDUpdated {
  const inputs = { parameter, gradient, learningRate: stepNumber(readRate) };
  const attributes = { weightDecay, maximize, inPlace };
  if (momentum === 0) return { parameter: sgdStep(inputs, attributes)[0] };
  const first = momentumBuffer === undefined;
  const [next, buffer] = sgdMomentumStep(
    { ...inputs, buffer: momentumBuffer ?? gradient },
    {
      ...attributes,
      nesterov,
      momentum,
      // There is no buffer before the first update, whose own is the gradient, undampened.
      bufferWeight: first ? 0 : momentum,
      gradientWeight: first ? 1 : 1 - dampening,
    },
  );
  return { parameter: next, momentumBuffer: buffer };
}
