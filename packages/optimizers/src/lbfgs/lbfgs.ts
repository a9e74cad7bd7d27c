import {
  dispose,
  Optimizer,
  type Scalar,
  scalar,
  type serialization,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { checkNumber, checkOptions, expected } from '@trainkit/checks';
import { preventCapture } from '@trainkit/kernels/capture';
import type { Complete } from '../hyperparameters.js';
import { checkedLoss, freeingTape } from '../loss.js';
import { refuseMisplacedOptions } from '../misplaced-options.js';
import { flag, number, type OptionRule, optionTable, withDefaults } from '../option-rules.js';
import { type Parameter, type Paths, resolveGroups } from '../parameter-groups.js';
import { refusePyTorchCalls } from '../pytorch-calls.js';
import { direction, type LBFGSHistory, NO_HISTORY, withStep } from './history.js';
import { type LBFGSState, readLBFGSState } from './state.js';
import { type LinePoint, strongWolfe } from './strong-wolfe.js';
import { addScaled, dot, largest, scale } from './vector.js';

/** Options of {@link LBFGS}. */
export interface LBFGSOptions {
  /** The length of a step, or with a line search of the first one that is tried; default 1. */
  learningRate?: number | undefined;
  /** The most iterations of one `minimize`, default 20. */
  maxIter?: number | undefined;
  /**
   * The evaluations of the loss after which no iteration of one `minimize` begins; default null:
   * 1.25 · maxIter.
   */
  maxEval?: number | null | undefined;
  /** The largest element of a gradient at which a minimum is found, default 1e-7. */
  toleranceGrad?: number | undefined;
  /** The change of the loss and of every parameter below which iterations end, default 1e-9. */
  toleranceChange?: number | undefined;
  /** The number of steps that the Hessian is approximated from, default 100. */
  historySize?: number | undefined;
  /** `'strongWolfe'` for a line search; default null: steps of the learning rate. */
  lineSearchFn?: 'strongWolfe' | null | undefined;
  /** True to go up instead of down, default false. */
  maximize?: boolean | undefined;
}

const OPTIONS = optionTable<LBFGSOptions>({
  learningRate: number(1, { min: 0 }),
  maxIter: number(20, { min: 1, integer: true }),
  maxEval: orNull((where, name, value) =>
    checkNumber(where, name, value, { min: 1, integer: true, or: 'null' }),
  ),
  toleranceGrad: number(1e-7, { min: 0 }),
  toleranceChange: number(1e-9, { min: 0 }),
  historySize: number(100, { min: 1, integer: true }),
  lineSearchFn: orNull((where, name, value) => {
    if (value !== 'strongWolfe') throw new TypeError(expected(where, name, value, "'strongWolfe' or null"));
  }),
  maximize: flag(),
});

function orNull(check: OptionRule<never>['check']): OptionRule<null> {
  return {
    initial: null,
    check: (where, name, value) => {
      if (value !== null) check(where, name, value);
    },
  };
}

/**
 * The quasi-Newton method for small and smooth problems whose loss is the same in every call:
 * `torch.optim.LBFGS`.
 *
 * With g the gradient, y = g − the last g, and s the last step: direction d = −H·g, where H is the
 * approximation of the inverse Hessian from the last `historySize` pairs of s and y; parameters +=
 * t · d, where t is the learning rate, or what the line search finds. The first step is
 * learningRate · min(1, 1 / Σ|g|) long.
 *
 * The traps: `minimize` calls its function many times, so batches and dropout have to stay the same
 * within a call. It is no part of a captured step, of `combine` or of `model.compile`: losses are
 * read back and decide what is done next. Vectors are float64 on the host, where PyTorch's are
 * float32: its state loads, runs differ in their last digits. Reading back needs a backend with
 * `dataSync`, which WebGPU has not.
 *
 * @throws RangeError for options out of range, TypeError for several groups
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { LBFGS } from '@trainkit/optimizers';
 *
 * const [x, y] = [tf.variable(tf.scalar(-1)), tf.variable(tf.scalar(2))];
 * const rosenbrock = () =>
 *   tf.add<tf.Scalar>(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x)))));
 * const optimizer = new LBFGS([x, y], { lineSearchFn: 'strongWolfe' });
 * for (let i = 0; i < 3; i++) optimizer.minimize(rosenbrock);
 * console.log(x.dataSync()[0]?.toFixed(3), y.dataSync()[0]?.toFixed(3)); // → 1.000 1.000
 * ```
 *
 * Source: D. Liu, J. Nocedal, "On the limited memory BFGS method for large scale optimization",
 * 1989.
 */
export class LBFGS extends Optimizer {
  /** Not registered: it cannot train a `tf.LayersModel`. */
  static readonly className: string = 'TrainkitLBFGS';
  static {
    refusePyTorchCalls(LBFGS.prototype);
  }

  /** The one group: the variables, and the options, which may be set between steps. */
  readonly paramGroups: readonly [Complete<LBFGSOptions> & { readonly params: readonly Variable[] }];
  readonly #paths: Paths;
  #history: LBFGSHistory = NO_HISTORY;

  /** @param params variables, or `[path, variable]` pairs; no groups */
  constructor(params: readonly Parameter[], options: LBFGSOptions = {}) {
    super();
    preventCapture('it makes an optimizer (LBFGS); make it outside');
    const resolved = withDefaults<LBFGSOptions>(OPTIONS, checkOptions<object>('LBFGS', options, OPTIONS));
    checkValues(resolved);
    const { groups, paths } = resolveGroups<object>('LBFGS', params, {}, {});
    const [group, ...others] = groups;
    if (group === undefined || others.length > 0) {
      throw new TypeError(
        `LBFGS: params has ${groups.length} groups; expected one list, since a step is one of all parameters.`,
      );
    }
    this.paramGroups = [{ ...resolved, params: group.params }];
    this.#paths = paths;
    refuseMisplacedOptions(this, 'LBFGS', OPTIONS);
  }

  /** The length of a step. */
  get learningRate(): number {
    return this.#group.learningRate;
  }

  /** Sets the length of a step; a schedule is none. */
  set learningRate(learningRate: number) {
    checkNumber('LBFGS', 'learningRate', learningRate, { min: 0 });
    this.#group.learningRate = learningRate;
  }

  /**
   * Takes up to `maxIter` iterations, each of which calls `f` once or more.
   *
   * @param f returns the loss, a scalar; of the same data in every call
   * @param returnCost whether to return the loss before the first iteration, which is the caller's
   *   to dispose, default false
   * @param varList must be left out
   * @throws what `f` throws; the variables and the state are then as they were
   */
  override minimize(f: () => Scalar, returnCost: true, varList?: Variable[]): Scalar;
  override minimize(f: () => Scalar, returnCost?: boolean, varList?: Variable[]): Scalar | null;
  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    preventCapture('LBFGS decides by the losses of a step what it does next; call it outside');
    if (typeof returnCost !== 'boolean') {
      const expectation =
        'true or false, since its steps are lengths along a line, which clipping would break';
      const instead = 'Write minimize(() => loss, true), with the loss of the whole batch.';
      throw new TypeError(expected('LBFGS', 'returnCost', returnCost, expectation, instead));
    }
    if (varList !== undefined) {
      const instead = 'Set variable.trainable = false for those that are to stay.';
      throw new TypeError(expected('LBFGS', 'varList', varList, 'no such list', instead));
    }
    checkValues(this.#group);
    const before = this.#read();
    let first: number;
    try {
      first = this.#iterate(checkedLoss('LBFGS', f), before);
    } catch (error) {
      this.#write(before);
      throw error;
    }
    this.incrementIterations();
    return returnCost ? scalar(first) : null;
  }

  /** Runs the iterations, and returns the first loss. */
  #iterate(f: () => Scalar, start: Float64Array): number {
    const { learningRate, maxIter, toleranceGrad, toleranceChange, historySize, lineSearchFn } = this.#group;
    const maxEval = this.#group.maxEval ?? Math.floor(1.25 * maxIter);
    let history: LBFGSHistory = this.#history;
    let position = start;
    let evaluations = 0;
    const evaluate = (at: Float64Array) => {
      evaluations++;
      return this.#evaluate(f, at);
    };
    let { loss, gradient } = evaluate(position);
    const first = loss;
    for (let i = 1; i <= maxIter && !(i === 1 && largest(gradient) <= toleranceGrad); i++) {
      const isFirst = history.n_iter === 0;
      if (!isFirst) history = withStep(history, gradient, historySize);
      const d = this.#withoutFrozen(direction(history, gradient));
      const t = isFirst ? Math.min(1, 1 / sumOfAbsolutes(gradient)) * learningRate : learningRate;
      const slope = dot(gradient, d);
      history = { ...history, n_iter: history.n_iter + 1, d, t, prev_flat_grad: gradient, prev_loss: loss };
      if (slope > -toleranceChange) break;
      const origin = position;
      if (lineSearchFn === 'strongWolfe') {
        const found = strongWolfe({
          start: { t: 0, loss, gradient, slope },
          t,
          evaluate: (length): LinePoint => {
            const point = evaluate(addScaled(origin, length, d));
            return { t: length, ...point, slope: dot(point.gradient, d) };
          },
          reach: largest(d),
          toleranceChange,
          maxIterations: maxEval - evaluations,
        });
        ({ loss, gradient } = found);
        history = { ...history, t: found.t };
        position = this.#write(addScaled(origin, found.t, d));
      } else {
        position = this.#write(addScaled(origin, t, d));
        if (i < maxIter) ({ loss, gradient } = evaluate(position));
      }
      const hasConverged =
        largest(gradient) <= toleranceGrad ||
        largest(scale(history.t, d)) <= toleranceChange ||
        Math.abs(loss - history.prev_loss) < toleranceChange;
      if (evaluations >= maxEval || hasConverged) break;
    }
    this.#history = { ...history, func_evals: history.func_evals + evaluations };
    return this.#group.maximize ? -first : first;
  }

  /**
   * The loss and its gradient where the parameters are `at`; with `maximize`, those of minus the
   * loss.
   */
  #evaluate(f: () => Scalar, at: Float64Array): { loss: number; gradient: Float64Array } {
    this.#write(at);
    const { value, grads } = freeingTape(() => tidy(() => variableGrads(f, [...this.#group.params])));
    const sign = this.#group.maximize ? -1 : 1;
    const gradient = this.#flatten((variable) => grads[variable.name]?.dataSync());
    const [loss = Number.NaN] = value.dataSync();
    dispose([value, grads]);
    return { loss: sign * loss, gradient: scale(sign, gradient) };
  }

  #read(): Float64Array {
    return this.#flatten((variable) => variable.dataSync());
  }

  /**
   * Sets the parameters, and returns them as they are rounded to float32; those that are frozen
   * stay as they are.
   */
  #write(values: Float64Array): Float64Array {
    this.#eachPart((variable, offset) => {
      if (!variable.trainable) return;
      const part = Float32Array.from(values.subarray(offset, offset + variable.size));
      tidy(() => variable.assign(tensor(part, variable.shape)));
    });
    return Float64Array.from(values, Math.fround);
  }

  #withoutFrozen(vector: Float64Array): Float64Array {
    this.#eachPart((variable, offset) => {
      if (!variable.trainable) vector.fill(0, offset, offset + variable.size);
    });
    return vector;
  }

  /** All variables' numbers one after the other; 0 where there are none. */
  #flatten(numbersOf: (variable: Variable) => ArrayLike<number> | undefined): Float64Array {
    const flat = new Float64Array(this.#size);
    this.#eachPart((variable, offset) => flat.set(numbersOf(variable) ?? [], offset));
    return flat;
  }

  #eachPart(visit: (variable: Variable, offset: number) => void): void {
    let offset = 0;
    for (const variable of this.#group.params) {
      visit(variable, offset);
      offset += variable.size;
    }
  }

  get #size(): number {
    return this.#group.params.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * The number of steps, PyTorch's state in float64, and the options; vectors are those of all
   * variables in their order.
   */
  stateDict(): LBFGSState {
    return {
      iterations: this.iterations,
      state: this.#history,
      paramGroups: [{ ...this.#group, params: this.#keys() }],
    };
  }

  /**
   * Goes on from a state that {@link stateDict} gave; where anything does not fit, nothing is
   * loaded.
   */
  loadStateDict(state: LBFGSState): void {
    preventCapture('it loads a state into LBFGS; load it between calls');
    const { iterations, history, options } = readLBFGSState(state, {
      keys: this.#keys(),
      size: this.#size,
      table: OPTIONS,
    });
    Object.assign(this.#group, options);
    this.iterations_ = iterations;
    this.#history = history;
  }

  /** Throws: a step needs the loss at several points. */
  override applyGradients(): void {
    throw new TypeError(
      'LBFGS: received gradients; expected a function, since a step needs the loss at several points. ' +
        'Write optimizer.minimize(() => loss).',
    );
  }

  /** Throws: it cannot train a `tf.LayersModel`. */
  override getConfig(): serialization.ConfigDict {
    throw new Error('LBFGS: it cannot be saved with a model. Save optimizer.stateDict() beside the model.');
  }

  /** Does nothing: the state holds no tensors. */
  override dispose(): void {}

  #keys(): string[] {
    return this.#group.params.map((variable, i) => this.#paths.get(variable) ?? String(i));
  }

  get #group(): Complete<LBFGSOptions> & { readonly params: readonly Variable[] } {
    return this.paramGroups[0];
  }
}

function checkValues(options: Complete<LBFGSOptions>): void {
  for (const [name, rule] of Object.entries(OPTIONS)) rule.check('LBFGS', name, Reflect.get(options, name));
}

function sumOfAbsolutes(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + Math.abs(value), 0);
}
