import { getBackend, type serialization } from '@tensorflow/tfjs-core';
import { checkOptions } from './describe.js';
import { checkFlag, checkLearningRate, checkNonNegative, type LearningRate } from './hyperparameters.js';
import { ON_DEMAND } from './members.js';
import { ParameterOptimizer } from './optimizer.js';
import type { Parameters } from './parameter-groups.js';
import { register } from './register.js';
import { sgdNative } from './sgd.native.js';
import { sgdUpdate } from './sgd-update.js';
import type { Update, Updated } from './update.js';

/** Options of {@link SGD}, for the optimizer and for each of its groups. */
export interface SGDOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`; there is no default. */
  learningRate: LearningRate;
  /** How much of the last direction stays, default 0: no momentum. */
  momentum?: number;
  /** What a gradient is weighted down by as it joins the direction, default 0; not with nesterov. */
  dampening?: number;
  /** Whether to look ahead along the direction, default false; needs momentum. */
  nesterov?: boolean;
  /** L2 regularization: what a gradient gets of its parameter, default 0. */
  weightDecay?: number;
  /** Whether to go up instead of down, default false. */
  maximize?: boolean;
}

type Hyper = Required<SGDOptions>;

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
    checkOptions('SGD', options, '{ learningRate: 0.1 }');
    const {
      learningRate,
      momentum = 0,
      dampening = 0,
      nesterov = false,
      weightDecay = 0,
      maximize = false,
      ...unknown
    } = options;
    super('SGD', params, { learningRate, momentum, dampening, nesterov, weightDecay, maximize }, unknown);
  }

  protected override check(where: string, options: Hyper): void {
    checkLearningRate(where, options.learningRate);
    checkNonNegative(where, 'momentum', options.momentum);
    checkNonNegative(where, 'weightDecay', options.weightDecay);
    if (!Number.isFinite(options.dampening)) {
      throw new RangeError(`${where}: dampening must be a finite number; received ${options.dampening}.`);
    }
    checkFlag(where, 'nesterov', options.nesterov);
    checkFlag(where, 'maximize', options.maximize);
    if (options.nesterov && (options.momentum === 0 || options.dampening !== 0)) {
      throw new RangeError(
        `${where}: nesterov needs a momentum above 0 and a dampening of 0; received momentum ${options.momentum}, ` +
          `dampening ${options.dampening}.`,
      );
    }
  }

  protected override update({ parameter, gradient, state, group, rate }: Update<Hyper>): Updated {
    const tensors = { parameter, gradient, momentumBuffer: state.get(BUFFER) };
    const updated =
      getBackend() === 'tensorflow'
        ? sgdNative(tensors, group, rate)
        : sgdUpdate(tensors, { ...group, learningRate: rate(), inPlace: true });
    const { momentumBuffer } = updated;
    return {
      parameter: updated.parameter,
      state: momentumBuffer === undefined ? {} : { [BUFFER]: momentumBuffer },
    };
  }

  protected override configOf(options: Hyper): serialization.ConfigDict {
    const { momentum, dampening, nesterov, weightDecay, maximize } = options;
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
