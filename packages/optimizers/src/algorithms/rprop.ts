import { mul, onesLike, serialization, type Tensor, type Variable, zeros } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, type OptionRule, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { Scalars, UpdateTensors } from '../update-rule.js';
import { rpropStep } from './rprop.kernel.js';

/** Options of {@link Rprop}, for the optimizer and for each of its groups. */
export interface RpropOptions {
  /**
   * The step size of a variable's first update, a number of at least 0 or a schedule
   * `(step) => rate`, default 0.01.
   */
  learningRate?: LearningRate | undefined;
  /**
   * The factors of a step size where the gradient changes its sign, in (0, 1), and where it keeps
   * it, above 1, default [0.5, 1.2].
   */
  etas?: readonly [number, number] | undefined;
  /** The smallest and the largest step size, default [1e-6, 50]. */
  stepSizes?: readonly [number, number] | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Rprop: steps by the signs of gradients alone, for full batches: `torch.optim.Rprop`.
 *
 * Each element has a step size s, at first the learning rate. With g the gradient and h that of the
 * update before, at first 0: s = s · η⁺ where g·h > 0, s · η⁻ where g·h < 0, within stepSizes; g =
 * 0 where g·h < 0; parameter −= sign(g) · s; h = g. s is step_size, h is prev, [η⁻, η⁺] are etas.
 *
 * The traps: the learning rate acts on a variable's first update alone, so a schedule does nothing,
 * and a rate of 0 still steps by the smallest step size. A gradient that is NaN leaves its element
 * as it is. All of it is PyTorch's. Signs of gradients of small batches are noise; take RMSprop for
 * those.
 *
 * @throws RangeError for a negative rate, etas that are not in (0, 1) and above 1, and step sizes
 *   that are not in order
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Rprop } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new Rprop([x], { learningRate: 0.5 });
 * for (let step = 0; step < 8; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 0.4197
 * ```
 *
 * Source: M. Riedmiller, H. Braun, "A Direct Adaptive Method for Faster Backpropagation Learning:
 * The RPROP Algorithm", ICNN 1993.
 */
export class Rprop extends ParameterOptimizer<RpropOptions> {
  /** With our prefix: the name is one for all libraries. */
  static override readonly className: string = 'TrainkitRprop';
  static override readonly options = optionTable<RpropOptions>({
    learningRate: rate(0.01),
    etas: pair([0.5, 1.2], ([minus, plus]) => 0 < minus && minus < 1 && 1 < plus, {
      expectation: 'a number in (0, 1) and a number above 1',
    }),
    stepSizes: pair([1e-6, 50], ([smallest, largest]) => 0 <= smallest && smallest <= largest, {
      expectation: 'a number of at least 0 and a number that is not smaller',
    }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['prev', 'step_size'];

  protected override initialState(key: string, parameter: Variable): Tensor | undefined {
    // The first step size is the learning rate of the first update.
    return key === 'step_size' ? undefined : zeros(parameter.shape);
  }

  protected override update(
    { parameter, gradient, prev, ...state }: UpdateTensors<'prev', 'step_size'>,
    { learningRate }: Scalars,
    { etas: [minus, plus], stepSizes: [smallest, largest], maximize }: Complete<RpropOptions>,
  ) {
    const step_size = state.step_size ?? mul(onesLike(parameter), learningRate);
    const [next, used, size] = rpropStep(
      { parameter, gradient, prev, step_size },
      { minus, plus, smallest, largest, maximize },
    );
    return { parameter: next, prev: used, step_size: size };
  }
}

/** The rule of two numbers. */
function pair(
  initial: readonly [number, number],
  isAllowed: (pair: readonly [number, number]) => boolean,
  { expectation }: { expectation: string },
): OptionRule<readonly [number, number]> {
  const isPair = (value: unknown): value is readonly [number, number] =>
    Array.isArray(value) && value.length === 2 && value.every((one) => Number.isFinite(one));
  return {
    initial,
    check: (where, name, value) => {
      if (isPair(value) && isAllowed(value)) return;
      throw new RangeError(expected(where, name, value, expectation));
    },
  };
}

serialization.registerClass(Rprop, 'Trainkit');

/**
 * Rprop over every trainable variable of the program, each from its first gradient on; for
 * `model.compile`, where the model hands its variables over later.
 */
export function rprop(options: RpropOptions = {}): Rprop {
  return new Rprop(ON_DEMAND, options);
}
