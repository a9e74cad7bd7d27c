import * as tf from '@tensorflow/tfjs';

/** The options of an SGD. */
export interface SGDOptions {
  /** η, the size of a step. */
  learningRate: number;
  /** β, how much of the momentum buffer is kept from step to step, default 0: no momentum. */
  momentum?: number;
  /** λ, how strongly weights are pulled to 0, default 0. */
  weightDecay?: number;
}

/**
 * Section 5: the optimizer SGD with momentum and L2 regularization, the notebook's example. Nothing is missing in it:
 * have a good look before you fill in `adamw.ts`.
 *
 * For a parameter w with the gradient g:
 *
 *   v = β · v + (g + λ · w)          (v is g + λ · w in the first step)
 *   w = w − η · v
 *
 * With β = 0 it is plain SGD, and L2 regularization is the same as weight decay; with momentum it is not, since what
 * λ adds to the gradient stays in v.
 */
export class SGD {
  /** May be changed between steps. */
  learningRate: number;

  readonly params: readonly tf.Variable[];
  readonly momentum: number;
  readonly weightDecay: number;
  /** v of each parameter, from its first step on. */
  readonly #buffers = new Map<tf.Variable, tf.Variable>();

  constructor(params: readonly tf.Variable[], { learningRate, momentum = 0, weightDecay = 0 }: SGDOptions) {
    this.params = params;
    this.learningRate = learningRate;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  /** One step. `gradients` is what tf.variableGrads gives: by the name of the variable; who has none is left alone. */
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
    // assign keeps the new value; `param = …` would change a variable of this function alone.
    param.assign(tf.sub(param, tf.mul(this.learningRate, direction)));
  }

  /** Puts a gradient into the momentum buffer, and returns the buffer. */
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
