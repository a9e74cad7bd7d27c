import { dispose, type NamedTensorMap, type Scalar, Tensor, type Variable } from '@tensorflow/tfjs-core';
import { errorMessage, expected, isPlain, show } from '@trainkit/checks';
import { preventCapture } from '@trainkit/kernels/capture';
import { evaluating } from './evaluating.js';
import { asEntries, type Gradients, type NamedTensor } from './gradients.js';
import type { LearningRate, OptimizerOptions } from './hyperparameters.js';
import { GradientOptimizer } from './minimize.js';
import { ParameterOptimizer } from './optimizer.js';
import { refusePyTorchCalls } from './pytorch-calls.js';
import type { OptimizerState, VariableState } from './state-dict.js';

/** An optimizer that {@link combine} takes. */
export type CombinedMember = Pick<
  ParameterOptimizer<OptimizerOptions>,
  | 'applyGradients'
  | 'checkGradients'
  | 'dispose'
  | 'iterations'
  | 'learningRate'
  | 'loadStateDict'
  | 'stateDict'
  | 'updates'
> & {
  /** Its groups. */
  readonly paramGroups: readonly { readonly params: readonly Variable[]; learningRate: LearningRate }[];
};

/** The state of a {@link CombinedOptimizer}: that of each of its optimizers, in their order. */
export interface CombinedState {
  /** The states of the optimizers. */
  optimizers: OptimizerState[];
}

/** Several optimizers over one model as one; {@link combine} makes it. */
export class CombinedOptimizer extends GradientOptimizer {
  /** Not registered: a saved model cannot say which variables belong to which optimizer. */
  static readonly className: string = 'TrainkitCombined';
  static {
    refusePyTorchCalls(CombinedOptimizer.prototype);
  }

  /** The optimizers, each of which may be looked at and set by itself. */
  readonly optimizers: readonly CombinedMember[];

  /** @param optimizers optimizers with variables of their own */
  constructor(optimizers: readonly CombinedMember[]) {
    super();
    preventCapture('it combines optimizers; combine them outside');
    checkMembers(optimizers);
    this.optimizers = [...optimizers];
  }

  /** The groups of all optimizers, in their order. */
  get paramGroups(): CombinedMember['paramGroups'] {
    return this.optimizers.flatMap(({ paramGroups }) => paramGroups);
  }

  /** The rate of the next update, of the first group of the first optimizer. */
  get learningRate(): number {
    return this.optimizers[0]?.learningRate ?? Number.NaN;
  }

  /** Throws: one rate does not fit several optimizers. */
  set learningRate(learningRate: LearningRate) {
    throw new TypeError(
      `combine: learningRate was set to ${show(learningRate)}; expected the rate of one of its optimizers. ` +
        'Write combined.optimizers[0].learningRate = rate.',
    );
  }

  /** The number of updates so far. */
  override get iterations(): number {
    return this.optimizers[0]?.iterations ?? 0;
  }

  /** Returns true where one of the optimizers updates the variable. */
  updates(variable: Variable): boolean {
    return this.optimizers.some((optimizer) => optimizer.updates(variable));
  }

  protected override errorName(): string {
    return 'combine';
  }

  protected override ownVariables(): readonly Variable[] {
    return this.paramGroups.flatMap(({ params }) => params);
  }

  override computeGradients(f: () => Scalar, varList?: Variable[]): { value: Scalar; grads: NamedTensorMap } {
    this.checkGradients({});
    return super.computeGradients(f, varList);
  }

  /**
   * Updates the variables that have a gradient, each by its own optimizer. All optimizers count the
   * step and move on in their schedules, with or without gradients.
   *
   * @param gradients by `variable.name`, or a list of `{ name, tensor }`; they stay the caller's
   * @throws where anything is wrong with a gradient, a rate or an option of one of them; nothing is
   *   updated then
   */
  override applyGradients(gradients: Gradients): void {
    const parts = this.#split(gradients);
    for (const [optimizer, part] of parts) optimizer.checkGradients(part);
    for (const [optimizer, part] of parts) optimizer.applyGradients(part);
  }

  /** Throws where {@link applyGradients} would; changes nothing. */
  checkGradients(gradients: Gradients): void {
    for (const [optimizer, part] of this.#split(gradients)) optimizer.checkGradients(part);
  }

  #split(gradients: Gradients): Map<CombinedMember, NamedTensor[]> {
    const parts = new Map(this.optimizers.map((optimizer) => [optimizer, [] as NamedTensor[]]));
    // Groups may have been added since they were combined.
    const owners = new Map(
      [...ownersOf(this.optimizers)].map(([{ name }, i]) => [name, this.optimizers[i]!]),
    );
    for (const [name, tensor] of asEntries('combine', gradients)) {
      const owner = owners.get(name);
      if (owner === undefined) {
        throw new Error(
          `combine: there is a gradient for the variable ${show(name)}, which none of the optimizers has. ` +
            'Take gradients of their variables only: the second argument of tf.variableGrads lists them.',
        );
      }
      if (tensor !== undefined && tensor !== null) parts.get(owner)?.push({ name, tensor });
    }
    return parts;
  }

  /** The state of every optimizer; their tensors are the optimizers' own, not copies. */
  stateDict(): CombinedState {
    return { optimizers: this.optimizers.map((optimizer) => optimizer.stateDict()) };
  }

  /**
   * Goes on from a state that {@link stateDict} gave; the tensors stay the caller's. Where anything
   * does not fit, one error names all of it, and nothing was loaded.
   */
  loadStateDict(state: CombinedState): void {
    const { optimizers } = this;
    if (
      !isPlain(state) ||
      !Array.isArray(state.optimizers) ||
      state.optimizers.length !== optimizers.length
    ) {
      const expectation = `{ optimizers } with ${optimizers.length} states, as stateDict() returns it`;
      throw new TypeError(expected('combine.loadStateDict', 'state', state, expectation));
    }
    const copies: Tensor[] = [];
    const before = optimizers.map((optimizer) => copyState(optimizer.stateDict(), copies));
    const problems: string[] = [];
    const loaded: number[] = [];
    try {
      for (const [i, optimizer] of optimizers.entries()) {
        try {
          optimizer.loadStateDict(state.optimizers[i]!);
          loaded.push(i);
        } catch (error) {
          problems.push(`optimizers[${i}]: ${errorMessage(error)}`);
        }
      }
      if (problems.length === 0) return;
      for (const i of loaded) optimizers[i]?.loadStateDict(before[i]!);
    } finally {
      dispose(copies);
    }
    throw new Error(`combine.loadStateDict: nothing was loaded.\n${problems.join('\n')}`);
  }

  /**
   * Gives the variables of the schedule-free optimizers among these their training values again.
   */
  train(): void {
    for (const optimizer of evaluating(this.optimizers)) optimizer.train();
  }

  /**
   * Gives the variables of the schedule-free optimizers among these the averages that are to be
   * evaluated.
   */
  eval(): void {
    for (const optimizer of evaluating(this.optimizers)) optimizer.eval();
  }

  /**
   * Runs `f` with the averages of the schedule-free optimizers among these, and returns what it
   * returns.
   */
  evaluate<T>(f: () => T): T {
    const run = evaluating(this.optimizers).reduceRight(
      (inner, optimizer) => () => optimizer.evaluate(inner),
      f,
    );
    return run();
  }

  /** Throws: a saved model has one optimizer with one set of options. */
  override getConfig(): never {
    throw new Error(
      'combine: a saved model has one optimizer, and this is several. Save optimizer.stateDict() beside the model.',
    );
  }

  /** Throws, as {@link getConfig} does. */
  override async getWeights(): Promise<never> {
    return this.getConfig();
  }

  /** Frees the states of all optimizers, not the variables; a second call does nothing. */
  override dispose(): void {
    for (const optimizer of this.optimizers) optimizer.dispose();
  }
}

/**
 * Makes one optimizer of several over one model: one `minimize`, one `applyGradients`, one state,
 * for `capture` and `model.compile` too.
 *
 * @throws where two of them have a variable in common, and for one that takes every variable, such
 *   as `adamw(options)`
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { combine, SGD } from '@trainkit/optimizers';
 *
 * const [slow, fast] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
 * const optimizer = combine([new SGD([slow], { learningRate: 0.125 }), new SGD([fast], { learningRate: 0.25 })]);
 * optimizer.minimize(() => tf.add<tf.Scalar>(tf.square(slow), tf.square(fast)));
 * console.log(slow.dataSync()[0], fast.dataSync()[0]); // → 0.75 0.5
 * ```
 */
export function combine(optimizers: readonly CombinedMember[]): CombinedOptimizer {
  return new CombinedOptimizer(optimizers);
}

function checkMembers(optimizers: readonly CombinedMember[]): void {
  if (!Array.isArray(optimizers) || optimizers.length === 0) {
    throw new TypeError(
      expected(
        'combine',
        'optimizers',
        optimizers,
        'a list of optimizers',
        'Write combine([first, second]).',
      ),
    );
  }
  for (const [i, optimizer] of optimizers.entries()) {
    if (!(optimizer instanceof ParameterOptimizer)) {
      const instead = 'Those of TensorFlow.js have no state of their own to save.';
      throw new TypeError(
        expected('combine', `optimizers[${i}]`, optimizer, 'an optimizer of this package', instead),
      );
    }
    if (optimizer.paramGroups.every(({ params }) => params.length === 0)) {
      throw new TypeError(
        `combine: optimizers[${i}] takes every variable; expected one with variables of its own. ` +
          'Write new AdamW(variables, options) in place of adamw(options).',
      );
    }
  }
  ownersOf(optimizers);
}

/**
 * Returns the number of the optimizer that each variable belongs to; throws for a variable of
 * several.
 */
function ownersOf(optimizers: readonly CombinedMember[]): Map<Variable, number> {
  const owners = new Map<Variable, number>();
  for (const [i, { paramGroups }] of optimizers.entries()) {
    for (const variable of paramGroups.flatMap(({ params }) => params)) {
      const other = owners.get(variable);
      if (other !== undefined) {
        throw new Error(
          `combine: the variable ${show(variable.name)} is in optimizers[${other}] and in optimizers[${i}]; ` +
            'expected each variable in one. Leave it out of one of them.',
        );
      }
      owners.set(variable, i);
    }
  }
  return owners;
}

/**
 * Copies a state, whose tensors change as its optimizer steps; the new tensors are added to
 * `copies`.
 */
function copyState({ state, ...rest }: OptimizerState, copies: Tensor[]): OptimizerState {
  const copy = (value: VariableState[string]) => {
    if (!(value instanceof Tensor)) return value;
    const made = value.clone();
    copies.push(made);
    return made;
  };
  const copied = Object.entries(state).map(([key, { step, ...values }]) => {
    const entries = Object.entries(values).map(([name, value]) => [name, copy(value)] as const);
    return [key, { step, ...Object.fromEntries(entries) }] as const;
  });
  return { ...rest, state: Object.fromEntries(copied) };
}
