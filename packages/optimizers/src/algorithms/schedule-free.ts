import {
  add,
  type DataId,
  dispose,
  divNoNan,
  keep,
  mul,
  type NamedTensorMap,
  type Scalar,
  sub,
  type Tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { guard, preventCapture } from '@trainkit/kernels/capture';
import type { EvaluatingOptimizer } from '../evaluating.js';
import type { Gradients, NamedTensor } from '../gradients.js';
import type { Complete, OptimizerOptions } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import type { LoadOptimizerOptions, OptimizerLoadReport, OptimizerState } from '../state-dict.js';

/** The tensors of one variable that {@link ScheduleFreeOptimizer.average} needs. */
interface Averaged {
  /** The variable's training value y. */
  parameter: Tensor;
  /** z − x. */
  z_minus_x: Tensor;
  /** The sum of the squared rates. */
  weight_sum: Tensor;
  /** The number that the step takes from z. */
  step: Tensor;
  /** The squared rate. */
  weight: Scalar;
  /** The share β of the average in the training value. */
  share: number;
}

/**
 * The base of the schedule-free optimizers, whose variables have one value to train and another one
 * to evaluate.
 *
 * A step takes u from z, x is the average of all z with the squares of the rates as weights, and
 * gradients are taken at y = (1 − β)·z + β·x. The variables hold y. Of z and x only the difference
 * is kept, so that a variable that is assigned moves all three.
 */
export abstract class ScheduleFreeOptimizer<Options extends OptimizerOptions>
  extends ParameterOptimizer<Options>
  implements EvaluatingOptimizer
{
  /**
   * The training values while others are evaluated, and what the variables hold meanwhile; null in
   * training.
   */
  #training: Map<Variable, { value: Tensor; evaluated: DataId }> | null = null;

  /** Returns the share of the average in the training value. */
  protected abstract averageShare(options: Complete<Options>): number;

  protected override stateShape(key: string, { shape }: Variable): number[] {
    return key === 'weight_sum' ? [] : shape;
  }

  /** The end of a step: the new training value, and the state that belongs to it. */
  protected average({ parameter, z_minus_x, weight_sum, step, weight, share }: Averaged) {
    const sum = add(weight_sum, weight);
    const newest = divNoNan(weight, sum);
    const difference = sub(z_minus_x, step);
    const towardsZ = mul(mul(newest, share), difference);
    return {
      parameter: add(sub(parameter, mul(step, 1 - share)), towardsZ),
      z_minus_x: mul(sub(1, newest), difference),
      weight_sum: sum,
    };
  }

  /** True while the variables hold the averages. */
  get isEvaluating(): boolean {
    return this.#training !== null;
  }

  /**
   * Gives the variables the averages x, which are to be evaluated and saved as the trained model.
   * Until {@link train} is called, a step and `stateDict()` are errors.
   */
  eval(): void {
    preventCapture(`it calls eval() of ${this.constructor.name}; call it between calls`);
    if (this.#training !== null) return;
    const training = new Map<Variable, { value: Tensor; evaluated: DataId }>();
    for (const group of this.paramGroups) {
      for (const variable of group.params) {
        const offset = this.#offset(variable, group);
        if (offset === undefined) continue;
        const value = keep(variable.clone());
        tidy(() => variable.assign(sub(variable, offset())));
        training.set(variable, { value, evaluated: variable.dataId });
      }
    }
    this.#training = training;
  }

  /**
   * Gives the variables their training values again, to the bit. A variable that was assigned
   * meanwhile starts from there.
   */
  train(): void {
    preventCapture(`it calls train() of ${this.constructor.name}; call it between calls`);
    const training = this.#training;
    if (training === null) return;
    this.#training = null;
    for (const group of this.paramGroups) {
      for (const variable of group.params) {
        const held = training.get(variable);
        if (held === undefined || variable.isDisposed) continue;
        const offset = this.#offset(variable, group);
        if (variable.dataId === held.evaluated) variable.assign(held.value);
        else if (offset !== undefined) tidy(() => variable.assign(add(variable, offset())));
      }
    }
    for (const { value } of training.values()) value.dispose();
  }

  /**
   * Runs `f` while the variables hold the averages, and returns what it returns: validation, or
   * saving the trained model. They hold their training values again afterwards, also where it
   * throws; of an async function, when it has ended.
   */
  evaluate<T>(f: () => Promise<T>): Promise<T>;
  evaluate<T>(f: () => T): T;
  evaluate(f: () => unknown): unknown {
    if (this.isEvaluating) return f();
    this.eval();
    let result: unknown;
    try {
      result = f();
    } catch (error) {
      this.train();
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => this.train());
    this.train();
    return result;
  }

  override computeGradients(f: () => Scalar, varList?: Variable[]): { value: Scalar; grads: NamedTensorMap } {
    this.#checkTraining('a step');
    return super.computeGradients(f, varList);
  }

  override checkGradients(gradients: Gradients): void {
    this.#checkTraining('a step');
    super.checkGradients(gradients);
  }

  override applyGradients(gradients: Gradients): void {
    this.#checkTraining('a step');
    super.applyGradients(gradients);
  }

  override stateDict(): OptimizerState {
    this.#checkTraining('stateDict()');
    return super.stateDict();
  }

  override loadStateDict(state: OptimizerState, options: LoadOptimizerOptions = {}): OptimizerLoadReport {
    this.#checkTraining('loadStateDict()');
    return super.loadStateDict(state, options);
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkTraining('setWeights()');
    await super.setWeights(weights);
  }

  override dispose(): void {
    for (const { value } of this.#training?.values() ?? []) dispose(value);
    this.#training = null;
    super.dispose();
  }

  /** Returns the function that computes y − x, or undefined before the first step. */
  #offset(variable: Variable, group: Complete<Options>): (() => Tensor) | undefined {
    const difference = this.stateTensor(variable, 'z_minus_x');
    return difference && (() => mul(difference, 1 - this.averageShare(group)));
  }

  #checkTraining(what: string): void {
    guard(() => {
      if (this.#training === null) return '';
      throw new Error(
        `${this.constructor.name}: received ${what} after eval(), while the variables hold the averages; expected it in ` +
          'training. Write optimizer.train() before it, or optimizer.evaluate(() => …) in place of eval().',
      );
    });
  }
}
