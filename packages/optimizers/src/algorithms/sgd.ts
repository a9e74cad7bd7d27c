import { serialization, type Tensor } from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, number, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { Scalars, UpdateTensors } from '../update-rule.js';
import { sgdStep } from './sgd.kernel.js';

/** Options of {@link SGD}, for the optimizer and for each of its groups. */
export interface SGDOptions {
  /**
   * The learning rate, a number of at least 0 or a schedule `(step) => rate`; there is no default.
   */
  learningRate: LearningRate;
  /** The share of the last direction that stays, default 0: no momentum. */
  momentum?: number | undefined;
  /** The reduction of a gradient that joins the direction, default 0; not with nesterov. */
  dampening?: number | undefined;
  /** True to look ahead along the direction, default false; needs momentum. */
  nesterov?: boolean | undefined;
  /** L2 regularization: the share of its parameter that is added to a gradient, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Stochastic gradient descent, with momentum where it is asked for: `torch.optim.SGD`.
 *
 * g = gradient + weightDecay · parameter; buffer = momentum · buffer + (1 − dampening) · g, at
 * first g itself; parameter −= learningRate · buffer, or with nesterov learningRate · (g + momentum
 * · buffer).
 *
 * The trap: in TensorFlow.js' MomentumOptimizer `setMomentum` has no effect and `dispose` leaks;
 * here `paramGroups[i].momentum` may be set at any time.
 *
 * @throws RangeError for a negative rate, momentum or decay, and for nesterov without momentum or
 *   with dampening
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { SGD } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new SGD([x], { learningRate: 0.125, momentum: 0.5 });
 * for (let step = 0; step < 3; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]); // → 0.515625
 * ```
 */
export class SGD extends ParameterOptimizer<SGDOptions> {
  /** With our prefix: the name is one for all libraries. */
  static override readonly className: string = 'TrainkitSGD';
  static override readonly options = optionTable<SGDOptions>({
    learningRate: rate(),
    momentum: number(0, { min: 0 }),
    dampening: number(0),
    nesterov: flag(),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['momentum_buffer'];

  protected override checkCombination(where: string, options: Complete<SGDOptions>): void {
    const { nesterov, momentum, dampening } = options;
    if (!nesterov || (momentum !== 0 && dampening === 0)) return;
    throw new RangeError(
      `${where}: nesterov is true with momentum ${momentum} and dampening ${dampening}; ` +
        'expected a momentum above 0 and a dampening of 0. Write for example { momentum: 0.9, nesterov: true }.',
    );
  }

  protected override keepsState(_key: string, { momentum }: Complete<SGDOptions>): boolean {
    return momentum !== 0;
  }

  protected override initialState(): Tensor | undefined {
    return undefined;
  }

  protected override update(
    tensors: UpdateTensors<never, 'momentum_buffer'>,
    scalars: Scalars,
    { momentum, dampening, nesterov, weightDecay, maximize }: Complete<SGDOptions>,
  ) {
    const [parameter, momentum_buffer] = sgdStep(
      { ...tensors, ...scalars },
      { momentum, dampening, nesterov, weightDecay, maximize, inPlace: true },
    );
    return { parameter, momentum_buffer };
  }
}

serialization.registerClass(SGD, 'Trainkit');

/**
 * SGD over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.sgd`; for `model.compile`, where the model hands its variables over later.
 */
export function sgd(options: SGDOptions): SGD {
  return new SGD(ON_DEMAND, options);
}
