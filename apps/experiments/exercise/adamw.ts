import * as tf from '@tensorflow/tfjs';

/** The options of an AdamW. */
export interface AdamWOptions {
  /** η, the learning rate, default 1e-3. */
  learningRate?: number;
  /** β1 and β2, the decay rates of the moments, default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** ε, added to the denominator, default 1e-8. */
  eps?: number;
  /** λ, the weight decay, default 0. */
  weightDecay?: number;
}

/** The state of a parameter. */
export interface AdamWState {
  /** t: the number of updates so far. */
  step: number;
  /** m: the moving average of the gradients. */
  readonly firstMoment: tf.Variable;
  /** v: the moving average of the squared gradients. */
  readonly secondMoment: tf.Variable;
}

/**
 * Section 5: the optimizer AdamW.
 *
 * For a parameter w with the gradient g, in its step t = 1, 2, …:
 *
 *   m = β1 · m + (1 − β1) · g
 *   v = β2 · v + (1 − β2) · g²
 *   m̂ = m / (1 − β1^t),  v̂ = v / (1 − β2^t)          (bias correction: both start at 0)
 *   w = (1 − η · λ) · w − η · m̂ / (√v̂ + ε)
 *
 * The weight decay is not part of the gradient ("decoupled"); this is the W in AdamW.
 */
export class AdamW {
  /** The learning rate, which may be changed between steps. */
  learningRate: number;

  readonly params: readonly tf.Variable[];
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  readonly #states = new Map<tf.Variable, AdamWState>();

  constructor(
    params: readonly tf.Variable[],
    { learningRate = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 }: AdamWOptions = {},
  ) {
    this.params = params;
    this.learningRate = learningRate;
    this.betas = betas;
    this.eps = eps;
    this.weightDecay = weightDecay;
  }

  /**
   * Takes one step with the gradients of tf.variableGrads, by the variables' names. A parameter
   * without a gradient is not changed.
   */
  applyGradients(gradients: tf.NamedTensorMap): void {
    for (const param of this.params) {
      const gradient = gradients[param.name];
      if (gradient === undefined) continue;
      const state = this.#stateOf(param);
      state.step++;
      tf.tidy(() => this.update(param, gradient, state));
    }
  }

  /** Updates one parameter and its moments. */
  update(param: tf.Variable, gradient: tf.Tensor, state: AdamWState): void {
    // TODO: 1. the two moments. HINT: state.firstMoment.assign(…), and the same for secondMoment.
    // TODO: 2. the bias correction, with state.step as t. t is 1 in the first step.
    // TODO: 3. the new weight. HINT: param.assign(…)
    throw new Error(
      `TODO: step ${state.step} of ${param.name}, whose gradient has ${gradient.size} elements`,
    );
  }

  #stateOf(param: tf.Variable): AdamWState {
    const known = this.#states.get(param);
    if (known !== undefined) return known;
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros(param.shape), false));
    const state = { step: 0, firstMoment: zeros(), secondMoment: zeros() };
    this.#states.set(param, state);
    return state;
  }
}
