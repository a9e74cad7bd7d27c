import { getBackend, type serialization } from '@tensorflow/tfjs-core';
import { checkFlag, checkNumber, checkOptions, type OptionNames } from '@trainkit/checks';
import { type Complete, checkLearningRate, type LearningRate } from './hyperparameters.js';
import { ON_DEMAND } from './members.js';
import { ParameterOptimizer } from './optimizer.js';
import type { Parameters } from './parameter-groups.js';
import { register } from './register.js';
import { sgdNative } from './sgd.native.js';
import { sgdRule } from './sgd-update.js';
import type { Update, Updated } from './update.js';

/** Options of {@link SGD}, for the optimizer and for each of its groups. */
export interface SGDOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`; there is no default. */
  learningRate: LearningRate;
  /** How much of the last direction stays, default 0: no momentum. */
  momentum?: number | undefined;
  /** What a gradient is weighted down by as it joins the direction, default 0; not with nesterov. */
  dampening?: number | undefined;
  /** Whether to look ahead along the direction, default false; needs momentum. */
  nesterov?: boolean | undefined;
  /** L2 regularization: what a gradient gets of its parameter, default 0. */
  weightDecay?: number | undefined;
  /** Whether to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

const SGD_OPTIONS: OptionNames<SGDOptions> = {
  learningRate: true,
  momentum: true,
  dampening: true,
  nesterov: true,
  weightDecay: true,
  maximize: true,
};

type Hyper = Complete<SGDOptions>;

const BUFFER = 'momentum_buffer';

/**
 * Stochastic gradient descent, with momentum where it is asked for: `torch.optim.SGD`.
 *
 * g = gradient + weightDecay · parameter; buffer = momentum · buffer + (1 − dampening) · g, at first g itself;
 * parameter −= learningRate · buffer, or with nesterov learningRate · (g + momentum · buffer).
 *
 * The trap: in TensorFlow.js' MomentumOptimizer `setMomentum` has no effect and `dispose` leaks; here
 * `paramGroups[i].momentum` may be set at any time.
 *
 * @throws RangeError for a negative rate, momentum or decay, and for nesterov without momentum or with dampening
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
export class SGD extends ParameterOptimizer<Hyper> {
  /** With our prefix: the name is one for all libraries. */
  static readonly className: string = 'TrainkitSGD';
  protected override readonly stateKeys = [BUFFER];

  /**
   * @param params variables, `[path, variable]` pairs, or groups `{ params, …options }`
   * @param options the defaults of the groups
   */
  constructor(params: Parameters<SGDOptions> | typeof ON_DEMAND, options: SGDOptions) {
    const {
      learningRate,
      momentum = 0,
      dampening = 0,
      nesterov = false,
      weightDecay = 0,
      maximize = false,
    } = checkOptions('SGD', options, SGD_OPTIONS);
    super('SGD', params, { learningRate, momentum, dampening, nesterov, weightDecay, maximize }, SGD_OPTIONS);
  }

  protected override check(where: string, group: Hyper): void {
    checkLearningRate(where, group.learningRate);
    checkNumber(where, 'momentum', group.momentum, { min: 0 });
    checkNumber(where, 'weightDecay', group.weightDecay, { min: 0 });
    checkNumber(where, 'dampening', group.dampening);
    checkFlag(where, 'nesterov', group.nesterov);
    checkFlag(where, 'maximize', group.maximize);
    if (group.nesterov && (group.momentum === 0 || group.dampening !== 0)) {
      throw new RangeError(
        `${where}: nesterov is true with momentum ${group.momentum} and dampening ${group.dampening}; ` +
          'expected a momentum above 0 and a dampening of 0. Write for example { momentum: 0.9, nesterov: true }.',
      );
    }
  }

  protected override update({ parameter, gradient, state, group, rate }: Update<Hyper>): Updated {
    const tensors = { parameter, gradient, momentumBuffer: state.get(BUFFER) };
    const updated =
      getBackend() === 'tensorflow'
        ? sgdNative(tensors, group, rate)
        : sgdRule(tensors, { ...group, inPlace: true }, rate);
    const { momentumBuffer } = updated;
    return {
      parameter: updated.parameter,
      state: momentumBuffer === undefined ? {} : { [BUFFER]: momentumBuffer },
    };
  }

  protected override configOf(group: Hyper): serialization.ConfigDict {
    const { momentum, dampening, nesterov, weightDecay, maximize } = group;
    return { momentum, dampening, nesterov, weightDecay, maximize };
  }
}

register(SGD);

/**
 * SGD over every trainable variable of the program, each from its first gradient on, as `tf.train.sgd`; for
 * `model.compile`, where the model hands its variables over later.
 */
export function sgd(options: SGDOptions): SGD {
  return new SGD(ON_DEMAND, options);
}
