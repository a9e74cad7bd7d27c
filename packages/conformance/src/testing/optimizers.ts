import * as tf from '@tensorflow/tfjs-core';

/** Options of the optimizers below. */
interface AdamOptions {
  learningRate?: number;
  betas?: [number, number];
  eps?: number;
  weightDecay?: number;
}

/** What is kept for a parameter. */
export interface AdamState {
  first: tf.Variable;
  second: tf.Variable;
  step: number;
}

/** A right AdamW in stock operations, each step a method that a wrong one overrides. */
export class AdamW {
  learningRate: number;
  beta1: number;
  beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly params: readonly tf.Variable[];
  readonly states = new Map<unknown, AdamState>();

  constructor(
    params: tf.Variable[],
    { learningRate = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0.01 }: AdamOptions = {},
  ) {
    this.params = params;
    this.learningRate = learningRate;
    [this.beta1, this.beta2] = betas;
    this.eps = eps;
    this.weightDecay = weightDecay;
  }

  applyGradients(gradients: tf.NamedTensorMap): void {
    tf.tidy(() => {
      for (const [place, name] of Object.keys(gradients).entries()) {
        const param = this.params.find((candidate) => candidate.name === name)!;
        this.update(param, gradients[name]!, place);
      }
    });
  }

  update(param: tf.Variable, gradient: tf.Tensor, place: number): void {
    const state = this.stateOf(param, place);
    state.step++;
    const g = this.gradient(gradient, param);
    state.first.assign(tf.add(tf.mul(this.beta1, state.first), tf.mul(1 - this.beta1, g)));
    state.second.assign(tf.add(tf.mul(this.beta2, state.second), tf.mul(1 - this.beta2, this.squared(g))));
    const t = this.count(state);
    const step = tf.mul(
      this.learningRate,
      tf.div(this.correctFirst(state.first, t), this.denominator(state.second, t)),
    );
    param.assign(this.apply(param, step));
  }

  stateOf(param: tf.Variable, _place: number): AdamState {
    return this.stateFor(param, param.shape);
  }

  stateFor(key: unknown, shape: number[]): AdamState {
    const found = this.states.get(key);
    if (found) return found;
    const state = {
      first: tf.variable(tf.zeros(shape), false),
      second: tf.variable(tf.zeros(shape), false),
      step: 0,
    };
    this.states.set(key, state);
    return state;
  }

  gradient(gradient: tf.Tensor, _param: tf.Tensor): tf.Tensor {
    return gradient;
  }

  squared(gradient: tf.Tensor): tf.Tensor {
    return tf.square(gradient);
  }

  count({ step }: AdamState): number {
    return step;
  }

  correctFirst(first: tf.Tensor, t: number): tf.Tensor {
    return tf.div(first, 1 - this.beta1 ** t);
  }

  correctSecond(second: tf.Tensor, t: number): tf.Tensor {
    return tf.div(second, 1 - this.beta2 ** t);
  }

  denominator(second: tf.Tensor, t: number): tf.Tensor {
    return tf.add(tf.sqrt(this.correctSecond(second, t)), this.eps);
  }

  apply(param: tf.Tensor, step: tf.Tensor): tf.Tensor {
    return tf.sub(this.decayed(param), step);
  }

  decayed(param: tf.Tensor): tf.Tensor {
    return tf.mul(param, 1 - this.learningRate * this.weightDecay);
  }
}

/** The same numbers by another way: a function, snake_case, plain arrays, step() that reads `param.grad`. */
export function functionalAdamW(
  params: tf.Variable[],
  lr = 1e-3,
  [beta1, beta2]: readonly [number, number] = [0.9, 0.999],
  eps = 1e-8,
  weight_decay = 0.01,
) {
  const states = new Map<tf.Variable, { m: Float64Array; v: Float64Array; t: number }>();
  return {
    step(): void {
      for (const param of params) {
        const grad: unknown = Reflect.get(param, 'grad');
        if (!(grad instanceof tf.Tensor)) continue;
        const g = grad.dataSync();
        const state = states.get(param) ?? {
          m: new Float64Array(g.length),
          v: new Float64Array(g.length),
          t: 0,
        };
        states.set(param, state);
        const t = ++state.t;
        const rate = (lr * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
        const scaledEps = eps * Math.sqrt(1 - beta2 ** t);
        const values = Array.from(param.dataSync(), (w, i) => {
          state.m[i]! += (1 - beta1) * (g[i]! - state.m[i]!);
          state.v[i]! += (1 - beta2) * (g[i]! ** 2 - state.v[i]!);
          return w - lr * weight_decay * w - (rate * state.m[i]!) / (Math.sqrt(state.v[i]!) + scaledEps);
        });
        param.assign(tf.tensor(values, param.shape));
      }
    },
  };
}
