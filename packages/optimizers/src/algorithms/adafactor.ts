import {
  add,
  div,
  matMul,
  maximum,
  mean,
  mul,
  rsqrt,
  type Scalar,
  serialization,
  sqrt,
  square,
  sub,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { flag, number, numbers, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';

/** Options of {@link Adafactor}, for the optimizer and for each of its groups. */
export interface AdafactorOptions {
  /**
   * The upper bound of the relative step, and the rate of the decay: a number of at least 0 or a
   * schedule; default 0.01.
   */
  learningRate?: LearningRate | undefined;
  /**
   * The exponent of the mean squares' memory, at most 0, default −0.8: at step t a square has the
   * weight t^beta2Decay.
   */
  beta2Decay?: number | undefined;
  /**
   * The lower bounds of the estimated root mean square of a gradient, and of the parameter's size;
   * default [2^-23, 1e-3]. The first is float32's epsilon, PyTorch's `None`.
   */
  eps?: readonly [gradient: number, parameter: number] | undefined;
  /** The root mean square above which an update is scaled down, at least 1, default 1. */
  d?: number | undefined;
  /** The strength of the decoupled decay, default 0. */
  weightDecay?: number | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

/**
 * Adam without momentum whose mean squares take little memory: `torch.optim.Adafactor`. A matrix
 * has one for each row and one for each column, not one for each element; steps are relative to the
 * size of the parameter.
 *
 * With G the gradient, w = t^beta2Decay, ρ = min(learningRate, 1/√t) and α = ρ · max(eps[1],
 * RMS(parameter)):
 * - two dimensions or more: R += w · (mean of G² over the last axis − R), C += w · (mean over the
 *   axis before it − C), V = R · C / max(mean(R), eps[0]); R is row_var, C is col_var;
 * - fewer: V += w · (G² − V); V is variance;
 * - U = G / max(√V, eps[0]), parameter −= learningRate · weightDecay · parameter, then
 *   parameter −= α · U / max(1, RMS(U) / d).
 *
 * The traps: one NaN in a gradient makes its whole variable NaN. The paper has no learning rate and
 * adds its epsilon to the squares; optax and keras do so too. Here as in PyTorch, `row_var` of
 * `[in, out]` has the shape `[in, 1]`: it belongs to what PyTorch, whose weights are `[out, in]`,
 * keeps in `col_var`.
 *
 * @throws RangeError for a negative rate, eps or decay, a `beta2Decay` above 0, and a `d` below 1
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adafactor } from '@trainkit/optimizers';
 *
 * const x = tf.variable(tf.scalar(3));
 * const optimizer = new Adafactor([x], { learningRate: 0.5 });
 * for (let step = 0; step < 4; step++) optimizer.minimize(() => tf.square<tf.Scalar>(x));
 * console.log(x.dataSync()[0]?.toFixed(4)); // → 0.5606
 * ```
 *
 * Source: N. Shazeer, M. Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
 * ICML 2018.
 */
export class Adafactor extends ParameterOptimizer<AdafactorOptions> {
  static override readonly className: string = 'TrainkitAdafactor';
  static override readonly options = optionTable<AdafactorOptions>({
    learningRate: rate(1e-2),
    beta2Decay: number(-0.8, { max: 0 }),
    eps: numbers([2 ** -23, 1e-3], { min: 0 }),
    d: number(1, { min: 1 }),
    weightDecay: number(0, { min: 0 }),
    maximize: flag(),
  });
  protected override readonly stateKeys = ['row_var', 'col_var', 'variance'];

  protected override keepsState(key: string, _: Complete<AdafactorOptions>, { rank }: Variable): boolean {
    return rank > 1 ? key !== 'variance' : key === 'variance';
  }

  protected override stateShape(key: string, { shape }: Variable): number[] {
    const averaged = { row_var: shape.length - 1, col_var: shape.length - 2 }[key];
    return shape.map((length, axis) => (axis === averaged ? 1 : length));
  }

  protected override scalars({ step, learningRate, options }: ScalarContext<AdafactorOptions>) {
    const { beta2Decay, weightDecay } = options;
    return {
      newWeight: step ** beta2Decay,
      relativeStep: Math.min(learningRate, 1 / Math.sqrt(step)),
      shrink: weightDecay === 0 ? undefined : 1 - learningRate * weightDecay,
    };
  }

  protected override update(
    { parameter, gradient, ...state }: UpdateTensors<never, 'row_var' | 'col_var' | 'variance'>,
    { newWeight, relativeStep, shrink }: Scalars<'newWeight' | 'relativeStep', 'shrink'>,
    { eps, d, maximize }: Complete<AdafactorOptions>,
  ) {
    if (parameter.size === 0) return { parameter, ...state };
    const squares = square(gradient);
    const average = (kept: Tensor, now: Tensor) => add(kept, mul(newWeight, sub(now, kept)));
    const { estimate, ...averages } = factored(squares, state, average, eps[0]);
    const scaled = mul(maximize ? mul(gradient, -1) : gradient, rsqrt(maximum(estimate, eps[0] ** 2)));
    const step = mul(relativeStep, maximum(rootMeanSquare(parameter), eps[1]));
    const clipping = maximum(div(rootMeanSquare(scaled), d), 1);
    const decayed = shrink === undefined ? parameter : mul(parameter, shrink);
    return { parameter: sub(decayed, mul(div(step, clipping), scaled)), ...averages };
  }
}

serialization.registerClass(Adafactor, 'Trainkit');

/** Returns the new averages of the squares, and the estimate of the mean squares that they make. */
function factored(
  squares: Tensor,
  { row_var, col_var, variance }: Readonly<Record<string, Tensor | undefined>>,
  average: (kept: Tensor, now: Tensor) => Tensor,
  eps: number,
): { estimate: Tensor; row_var?: Tensor; col_var?: Tensor; variance?: Tensor } {
  if (row_var === undefined || col_var === undefined) {
    const next = average(variance ?? squares, squares);
    return { estimate: next, variance: next };
  }
  const rows = average(row_var, mean(squares, -1, true));
  const columns = average(col_var, mean(squares, -2, true));
  const outer = matMul(rows, columns);
  return { estimate: div(outer, maximum(mean(rows, -2, true), eps)), row_var: rows, col_var: columns };
}

function rootMeanSquare(x: Tensor): Scalar {
  return sqrt(mean<Scalar>(square(x)));
}

/**
 * Adafactor over every trainable variable of the program, each from its first gradient on, as
 * `tf.train.adam`; for `model.compile`, where the model hands its variables over later.
 */
export function adafactor(options: AdafactorOptions = {}): Adafactor {
  return new Adafactor(ON_DEMAND, options);
}
