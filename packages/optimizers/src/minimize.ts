import { dispose, type NamedTensorMap, Optimizer, type Scalar, tidy, Variable } from '@tensorflow/tfjs-core';
import type { Gradients } from './gradients.js';
import { checkedLoss, freeingTape } from './loss.js';
import {
  type AuxLoss,
  type Minimized,
  type MinimizeOptions,
  minimizeWith,
  type PartLoss,
} from './minimize-options.js';
import { notParameters } from './parameter-groups.js';

/**
 * The base of all optimizers whose step is computed from gradients: `minimize` and
 * `computeGradients`.
 */
export abstract class GradientOptimizer extends Optimizer {
  /** Returns the name of the optimizer for errors. */
  protected abstract errorName(): string;

  /** Returns the variables to minimize over, or null for every trainable one of the program. */
  protected abstract ownVariables(): readonly Variable[] | null;

  /**
   * Updates the variables that have a gradient.
   *
   * @param gradients by `variable.name`, or a list of `{ name, tensor }`; they stay the caller's
   */
  abstract override applyGradients(gradients: Gradients): void;

  /**
   * Runs `f`, and updates this optimizer's variables by the gradients of what it returns.
   *
   * With options, it returns `{ loss }`, with `aux: true` also `aux`, what `f` returns beside the
   * loss, and with `gradNorm: true` the norm of all gradients before they are clipped. All of these
   * are the caller's to dispose. `accumulate` makes one step of several parts of a batch: `f` gets
   * each part, and returns the sum of its losses and the count that the mean of a whole batch
   * divides by. See {@link MinimizeOptions}.
   *
   * @param f returns the loss, a scalar
   * @param returnCost whether to return that loss, which is the caller's to dispose, default false
   * @param varList the variables to update, default those of this optimizer that are trainable
   */
  override minimize(f: () => Scalar, returnCost: true, varList?: Variable[]): Scalar;
  override minimize(f: () => Scalar, returnCost?: boolean, varList?: Variable[]): Scalar | null;
  override minimize<Part, Aux, Norm extends boolean = false>(
    f: (part: Part) => PartLoss & { aux: Aux },
    options: MinimizeOptions<Norm> & { accumulate: readonly Part[]; aux: true },
  ): Minimized<Norm> & { aux: Aux[] };
  override minimize<Part, Norm extends boolean = false>(
    f: (part: Part) => PartLoss,
    options: MinimizeOptions<Norm> & { accumulate: readonly Part[] },
  ): Minimized<Norm>;
  override minimize<Aux, Norm extends boolean = false>(
    f: () => AuxLoss<Aux>,
    options: MinimizeOptions<Norm> & { aux: true },
  ): Minimized<Norm> & { aux: Aux };
  override minimize<Norm extends boolean = false>(
    f: () => Scalar,
    options: MinimizeOptions<Norm>,
  ): Minimized<Norm>;
  override minimize(f: never, options: boolean | object = false, varList?: Variable[]): unknown {
    if (typeof options !== 'boolean') return minimizeWith(this.errorName(), this, f, options);
    const { value, grads } = this.computeGradients(f, varList);
    try {
      this.applyGradients(grads);
    } catch (error) {
      value.dispose();
      throw error;
    } finally {
      dispose(grads);
    }
    if (options) return value;
    value.dispose();
    return null;
  }

  /** Runs `f`, and returns its loss and its gradients by `variable.name`; nothing is updated. */
  override computeGradients(f: () => Scalar, varList?: Variable[]): { value: Scalar; grads: NamedTensorMap } {
    const name = this.errorName();
    const loss = checkedLoss(name, f);
    // In a tidy: TensorFlow.js leaves the loss behind where it finds no gradient for it.
    const compute = (list?: Variable[]) => freeingTape(() => tidy(() => super.computeGradients(loss, list)));
    if (varList !== undefined) checkVarList(name, varList);
    const given = varList ?? this.ownVariables();
    if (given === null) return compute();
    const trainable = given.filter((variable) => variable.trainable);
    if (trainable.length > 0) return compute(trainable);
    throw new Error(
      `${name}: none of the variables to minimize over is trainable: ` +
        `${given.map((variable) => variable.name).join(', ')}. Set variable.trainable, or module.requiresGrad(true).`,
    );
  }
}

/** Throws unless the value is a list of variables, as `minimize` takes it: without paths. */
function checkVarList(optimizer: string, varList: unknown): void {
  if (Array.isArray(varList) && varList.every((one) => one instanceof Variable)) return;
  throw notParameters(optimizer, 'varList', varList, 'an array of variables');
}
