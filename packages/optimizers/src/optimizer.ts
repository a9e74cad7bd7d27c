import {
  dispose,
  type NamedTensorMap,
  Optimizer,
  type Scalar,
  type serialization,
  Tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkOptions, type OptionNames } from '@trainkit/checks';
import { recordStep, stepEffect, stepFact, stepRecorder, stepRefusal } from '@trainkit/kernels';
import { checkVarList } from './check-var-list.js';
import { type Gradients, matchGradients, type NamedTensor } from './gradients.js';
import { guardedGroup } from './guarded-group.js';
import { type Hyperparameters, type LearningRate, rateAt } from './hyperparameters.js';
import { checkedLoss, freeingTape } from './loss.js';
import { Members, ON_DEMAND } from './members.js';
import { fixedGroups, refuseMisplacedOptions } from './misplaced-options.js';
import type { Parameters, ResolvedGroup } from './parameter-groups.js';
import { ParameterState } from './parameter-state.js';
import { refusePyTorchCalls } from './pytorch-calls.js';
import { type OptimizerState, readState, variablesIn, writeState } from './state-dict.js';
import type { Update, Updated } from './update.js';
import { readWeights, writeWeights } from './weights.js';

/**
 * What all optimizers of this package share: groups, state that belongs to the variable, steps, checks, saving.
 *
 * A subclass says what one update is ({@link update}), which keys its state has and which options are allowed.
 */
export abstract class ParameterOptimizer<Hyper extends Hyperparameters> extends Optimizer {
  /** The groups of variables with their options, which may be set between steps, as in PyTorch. */
  readonly paramGroups: readonly ResolvedGroup<Hyper>[];
  static {
    refusePyTorchCalls(ParameterOptimizer.prototype);
    refuseMisplacedOptions(ParameterOptimizer.prototype, (optimizer) =>
      #optionNames in optimizer
        ? { name: optimizer.#name, options: optimizer.#optionNames }
        : { name: '', options: {} },
    );
  }

  readonly #name: string;
  readonly #optionNames: OptionNames<Hyper>;
  readonly #members: Members<Hyper>;
  #handedOut: Tensor[] = [];
  #disposed = false;

  /**
   * @param name the name of the class, for errors
   * @param params variables, `[path, variable]` pairs, or groups `{ params, …options }`
   * @param defaults every option with the value that groups without their own have
   * @param optionNames the names of these options; any other in a group is an error
   */
  constructor(
    name: string,
    params: Parameters<Hyper> | typeof ON_DEMAND,
    defaults: Hyper,
    optionNames: OptionNames<Hyper>,
  ) {
    super();
    stepRefusal(`it makes an optimizer (${name}); make it outside`);
    this.#name = name;
    this.#optionNames = optionNames;
    this.check(name, defaults);
    this.#members = new Members(name, params, defaults, optionNames);
    this.paramGroups = fixedGroups(
      name,
      this.#members.groups.map((group) => guardedGroup(name, group)),
    );
    Object.defineProperty(this, 'paramGroups', { writable: false });
    this.#checkGroups();
  }

  /** The keys under which a variable's state may hold tensors of its shape. */
  protected abstract readonly stateKeys: readonly string[];

  /** Those of them that every updated variable has; a state without them is incomplete. */
  protected readonly requiredKeys: readonly string[] = [];

  /** Throws unless a group's options are allowed. */
  protected abstract check(where: string, group: Hyper): void;

  /** The options of a group that JSON can hold, without the learning rate. */
  protected abstract configOf(group: Hyper): serialization.ConfigDict;

  /** One update of one variable, in a tidy; `state.step` counts it already. */
  protected abstract update(update: Update<Hyper>): Updated;

  /** The rate of the next update, of the first group; {@link paramGroups} has those of all. */
  get learningRate(): number {
    const [first] = this.#members.groups;
    const read = () => rateAt(this.#name, first?.learningRate ?? Number.NaN, this.iterations);
    if (stepRecorder() !== null) stepFact(() => `optimizer.learningRate ${read()}`);
    return recordStep(null, read);
  }

  /** Sets the rate of every group: a number, or a schedule `(step) => rate`. */
  set learningRate(learningRate: LearningRate) {
    const { groups } = this.#members;
    for (const group of groups) this.check(this.#name, { ...group, learningRate });
    stepRefusal(`it sets learningRate of ${this.#name}; set it between calls, or give a schedule`);
    for (const group of groups) group.learningRate = learningRate;
  }

  /** The number of updates so far. */
  override get iterations(): number {
    const read = () => super.iterations;
    if (stepRecorder() !== null) stepFact(() => `optimizer.iterations ${read()}`);
    return read();
  }

  /**
   * Runs `f`, and updates this optimizer's variables by the gradients of what it returns.
   *
   * @param f returns the loss, a scalar
   * @param returnCost whether to return that loss, which is the caller's to dispose, default false
   * @param varList the variables to update, default those of this optimizer that are trainable
   */
  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    const { value, grads } = this.computeGradients(f, varList);
    try {
      this.applyGradients(grads);
    } catch (error) {
      value.dispose();
      throw error;
    } finally {
      dispose(grads);
    }
    if (returnCost) return value;
    value.dispose();
    return null;
  }

  /** Returns true where this optimizer updates the variable; one that was made without variables updates any. */
  updates(variable: Variable): boolean {
    return this.#members.find(variable.name) === variable;
  }

  /** Runs `f`, and returns what it returned and its gradients by `variable.name`; nothing is updated. */
  override computeGradients(f: () => Scalar, varList?: Variable[]): { value: Scalar; grads: NamedTensorMap } {
    const loss = checkedLoss(this.#name, f);
    // In a tidy: TensorFlow.js leaves the loss behind where it finds no gradient for it.
    const compute = (list?: Variable[]) => freeingTape(() => tidy(() => super.computeGradients(loss, list)));
    if (varList !== undefined) checkVarList(this.#name, varList);
    const given = varList ?? (this.#members.onDemand ? null : this.#members.variables());
    if (given === null) return compute();
    const trainable = given.filter((variable) => variable.trainable);
    if (trainable.length > 0) return compute(trainable);
    throw new Error(
      `${this.#name}: none of the variables to minimize over is trainable: ` +
        `${given.map(({ name }) => name).join(', ')}. Set variable.trainable, or module.requiresGrad(true).`,
    );
  }

  /**
   * Updates the variables that have a gradient; the others, and their state, stay as they are.
   *
   * A gradient that is NaN or infinite makes its variable so, as in PyTorch.
   *
   * @param gradients by `variable.name`, as `tf.variableGrads` gives them, or a list of `{ name, tensor }`; they
   * stay the caller's
   * @throws where anything is wrong with a gradient, a rate or an option; nothing is updated then
   */
  override applyGradients(gradients: Gradients): void {
    this.#checkAlive();
    const matched = matchGradients(this.#name, gradients, (name) => this.#members.find(name));
    const check = () => {
      this.#checkAlive();
      this.#checkGroups();
      // A rate that cannot be had is an error before anything of a replay is done or counted.
      for (const group of this.#members.groups) this.#rateOf(group);
    };
    if (stepRecorder() === null) check();
    else {
      stepFact(() => {
        check();
        return this.#optionsText();
      });
    }
    // A step that is replayed has rates of its own.
    const rates = new Map<ResolvedGroup<Hyper>, number>();
    stepEffect(
      () => {
        for (const group of this.#members.groups) rates.set(group, this.#rateOf(group));
      },
      () => rates.clear(),
    );
    this.#members.join(matched.map(({ variable }) => variable));
    for (const { variable, gradient } of matched) {
      const group = this.#members.groupOf(variable);
      // Each group has its rate; NaN would show. Who reads it as a number relies on it.
      const rate = () =>
        stepRecorder() === null ? (rates.get(group) ?? Number.NaN) : stepFact(() => this.#rateOf(group));
      this.#apply({ parameter: variable, gradient, group, rate });
    }
    this.incrementIterations();
  }

  /**
   * All that a run needs to go on from here beside the variables' own values: the number of steps, each variable's
   * state under PyTorch's keys, and the groups' options.
   *
   * State is known by the path that a variable was given with, or by its number over all groups. Its tensors are the
   * optimizer's own, not copies: they change as it steps. A schedule is a function and is not in it (`null`).
   */
  stateDict(): OptimizerState {
    this.#checkAlive();
    return writeState({
      iterations: this.iterations,
      groups: this.paramGroups,
      keyOf: (variable) => this.#members.keyOf(variable),
      stateOf: (variable) => this.#members.stateOf(variable),
      configOf: (group) => this.configOf(group),
    });
  }

  /**
   * Goes on from a state that {@link stateDict} gave, in this process or another; the tensors stay the caller's.
   *
   * Checks first: where anything does not fit, one error names all of it, and nothing was loaded. Variables that the
   * state knows but has nothing of start afresh. Learning rates and options are those of the state; a schedule cannot
   * be in it, so where the state was saved with one, this optimizer must have one.
   *
   * An optimizer that was made without variables gets those of the state, by their names.
   */
  loadStateDict(state: OptimizerState): void {
    this.#checkAlive();
    stepRefusal(`it loads a state into ${this.#name}; load it between calls`);
    const undo = this.#members.become(variablesIn(state));
    const load = this.#read(state, undo);
    // All is copied before anything is let go: the state may be this optimizer's own.
    const states = new Map(
      [...load.states].flatMap(([variable, { step, tensors }]) =>
        step === undefined ? [] : [[variable, ParameterState.copy(step, tensors)] as const],
      ),
    );
    this.iterations_ = load.iterations;
    for (const { group, config, learningRate } of load.groups) {
      Object.assign(group, config);
      if (learningRate !== null) group.learningRate = learningRate;
    }
    this.#members.replaceStates(states);
  }

  /** Checks a state; where it does not fit, the members are `undo`ne. */
  #read(state: OptimizerState, undo: () => void): ReturnType<typeof readState<Hyper>> {
    try {
      return readState({
        optimizer: this.#name,
        state,
        groups: this.paramGroups,
        keyOf: (variable) => this.#members.keyOf(variable),
        stateKeys: this.stateKeys,
        requiredKeys: this.requiredKeys,
        checks: (where, group, config) => [
          () => checkOptions(where, config, namesIn(this.configOf(group))),
          () => this.check(where, { ...group, ...config }),
        ],
      });
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** The state as `model.save({ includeOptimizer: true })` wants it; the tensors stay the optimizer's. */
  override async getWeights(): Promise<NamedTensor[]> {
    this.#checkAlive();
    dispose(this.#handedOut);
    const { weights, made } = writeWeights(this.iterations, this.#members.entries());
    this.#handedOut = made;
    return weights;
  }

  /** Takes what {@link getWeights} gave; the tensors stay the caller's. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkAlive();
    stepRefusal(`it loads a state into ${this.#name}; load it between calls`);
    const { iterations, states } = await readWeights(this.#name, weights, this.stateKeys);
    if (!this.#members.onDemand || this.#members.variables().length > 0) {
      this.loadStateDict({ ...this.stateDict(), iterations, state: Object.fromEntries(states) });
      return;
    }
    this.iterations_ = iterations;
    this.#members.expect(states);
  }

  /** The options, for `model.save`; throws where JSON cannot hold them: a schedule, or several groups. */
  override getConfig(): serialization.ConfigDict {
    const [group, ...others] = this.paramGroups;
    if (group === undefined || others.length > 0) {
      throw new Error(
        `${this.#name}: a saved model has one set of options; this optimizer has ${this.paramGroups.length} groups. ` +
          'Save optimizer.stateDict() beside the model.',
      );
    }
    if (typeof group.learningRate === 'function') {
      throw new Error(
        `${this.#name}: a schedule is a function and cannot be saved with a model. Set optimizer.learningRate to a ` +
          'number before model.save, and to the schedule after tf.loadLayersModel.',
      );
    }
    return { learningRate: group.learningRate, ...this.configOf(group) };
  }

  /** Whether `value` is of this very class: `tf.Optimizer` takes whatever has its methods, for its subclasses too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: it is the subclass that instanceof asks.
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** Makes an optimizer without variables, which join as a model hands them over: for `tf.loadLayersModel`. */
  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    // tfjs-layers adds its custom objects to every config.
    const { customObjects: _, ...options } = config;
    return new cls(ON_DEMAND, options);
  }

  /** Frees the state, not the variables; a second call does nothing. */
  override dispose(): void {
    this.#disposed = true;
    this.#members.dispose();
    dispose(this.#handedOut);
    this.#handedOut = [];
  }

  #apply({ parameter, gradient, group, rate }: Omit<Update<Hyper>, 'state'>): void {
    const state = this.#members.openState(parameter);
    // A state that was loaded is another object, and the effects of a recording are on the old one.
    stepFact(() => this.#members.stateOf(parameter) === state);
    stepEffect(
      () => {
        state.step++;
      },
      () => {
        state.step--;
      },
    );
    tidy(() => {
      const updated = this.update({ parameter, gradient, state, group, rate });
      for (const [key, value] of Object.entries(updated.state)) {
        if (value instanceof Tensor) state.set(key, value);
        else state.set(key, value.tensor, value.scale);
      }
      parameter.assign(updated.parameter);
    });
  }

  #checkAlive(): void {
    if (this.#disposed) throw new Error(`${this.#name}: this optimizer is disposed.`);
  }

  #checkGroups(): void {
    for (const [i, group] of this.#members.groups.entries()) {
      const where = `${this.#name}: paramGroups[${i}]`;
      const { params: _, ...options } = group;
      checkOptions<object>(where, options, this.#optionNames);
      this.check(where, group);
    }
  }

  /** All that decides the operations of a step, beside the rates. */
  #optionsText(): string {
    return JSON.stringify(
      this.#members.groups.map(({ params, learningRate: _, ...options }) => [
        params.map(({ id }) => id),
        options,
      ]),
    );
  }

  #rateOf(group: ResolvedGroup<Hyper>): number {
    return rateAt(
      `${this.#name}: paramGroups[${this.#members.groups.indexOf(group)}]`,
      group.learningRate,
      this.iterations,
    );
  }
}

function namesIn(config: serialization.ConfigDict): OptionNames<serialization.ConfigDict> {
  return Object.fromEntries(Object.keys(config).map((name) => [name, true] as const));
}
