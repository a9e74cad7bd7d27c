import * as tf from '@tensorflow/tfjs';

/** The options of an SGD. */
export interface SGDOptions {
  /** η, the learning rate. */
  learningRate: number;
  /** β, the momentum: the factor of the buffer in each step, default 0 for no momentum. */
  momentum?: number;
  /** λ, the weight decay, default 0. */
  weightDecay?: number;
}

/**
 * Section 5: the optimizer SGD with momentum and L2 regularization, the notebook's example. It is
 * complete; read it before you fill in `adamw.ts`.
 *
 * For a parameter w with the gradient g:
 *
 *   v = β · v + (g + λ · w)          (v is g + λ · w in the first step)
 *   w = w − η · v
 *
 * With β = 0 this is plain SGD, and L2 regularization equals weight decay. With momentum they
 * differ, since the term λ · w stays in v.
 */
export class SGD {
  /** The learning rate, which may be changed between steps. */
  learningRate: number;

  readonly params: readonly tf.Variable[];
  readonly momentum: number;
  readonly weightDecay: number;
  /** The momentum buffer v of each parameter, from its first step on. */
  readonly #buffers = new Map<tf.Variable, tf.Variable>();

  constructor(params: readonly tf.Variable[], { learningRate, momentum = 0, weightDecay = 0 }: SGDOptions) {
    this.params = params;
    this.learningRate = learningRate;
    this.momentum = momentum;
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
      tf.tidy(() => this.update(param, gradient));
    }
  }

  /** Updates one parameter and its momentum buffer. */
  update(param: tf.Variable, gradient: tf.Tensor): void {
    const decayed = this.weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(this.weightDecay, param));
    const direction = this.momentum === 0 ? decayed : this.accelerated(param, decayed);
    // assign sets the variable's value; `param = …` would only change a name in this function.
    param.assign(tf.sub(param, tf.mul(this.learningRate, direction)));
  }

  /** Adds a gradient to the momentum buffer, and returns the buffer. */
  accelerated(param: tf.Variable, gradient: tf.Tensor): tf.Variable {
    const known = this.#buffers.get(param);
    if (known !== undefined) {
      known.assign(tf.add(tf.mul(this.momentum, known), gradient));
      return known;
    }
    const buffer = tf.variable(gradient, false);
    this.#buffers.set(param, buffer);
    return buffer;
  }
}
