import {
  dispose,
  type NamedTensorMap,
  Optimizer,
  type Scalar,
  type serialization,
  type Tensor,
  tidy,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, expected, type OptionNames } from '@trainkit/checks';
import {
  activeRecorder,
  freshScalar,
  guard,
  preventCapture,
  sideEffect,
  withRecorder,
} from '@trainkit/kernels/capture';
import { checkVarList } from './check-var-list.js';
import { type Gradients, matchGradients, type NamedTensor } from './gradients.js';
import { guardedGroup } from './guarded-group.js';
import {
  type Complete,
  checkLearningRate,
  type LearningRate,
  type OptimizerOptions,
  rateAt,
} from './hyperparameters.js';
import { checkedLoss, freeingTape } from './loss.js';
import { fixedGroups, refuseMisplacedOptions } from './misplaced-options.js';
import { type AnyOptionTable, withDefaults } from './option-rules.js';
import { OptionsWatch } from './options-watch.js';
import type { ParameterGroup, Parameters, ResolvedGroup } from './parameter-groups.js';
import { type DeferredState, ON_DEMAND, ParameterRegistry } from './parameter-registry.js';
import { ParameterState } from './parameter-state.js';
import { refusePyTorchCalls } from './pytorch-calls.js';
import {
  type Comparison,
  type LoadOptimizerOptions,
  type OptimizerLoadReport,
  type OptimizerState,
  readState,
  readVariableState,
  variablesIn,
  writeState,
} from './state-dict.js';
import type { ScalarContext, Updated } from './update.js';
import { readWeights, writeWeights } from './weights.js';

/**
 * The last arguments of an optimizer's constructor: options, which may be left out where each has a
 * default.
 */
export type OptionArguments<Options> =
  Partial<Options> extends Options ? [options?: Options] : [options: Options];

const LOAD: OptionNames<LoadOptimizerOptions> = { strict: true };

/**
 * The base of all optimizers: groups, state by variable, step counts, schedules, checks, saving,
 * and what `capture` needs.
 *
 * A subclass has a table of its {@link options}, the keys of its state ({@link stateKeys}), the
 * numbers of a step ({@link scalars}) and the arithmetic of a step ({@link update}). The README has
 * a complete one.
 */
export abstract class ParameterOptimizer<Options extends OptimizerOptions> extends Optimizer {
  /**
   * The name for `tf.loadLayersModel`. Give it a prefix of your own: all libraries share one list.
   */
  static readonly className: string = '';
  /** A rule for each option: `optionTable<YourOptions>({ … })`. */
  static readonly options: AnyOptionTable = {};
  static {
    refusePyTorchCalls(ParameterOptimizer.prototype);
  }

  /** The groups of variables with their options, which may be set between steps, as in PyTorch. */
  readonly paramGroups: readonly ResolvedGroup<Options>[];
  readonly #name: string;
  readonly #table: AnyOptionTable;
  readonly #defaults: Complete<Options>;
  readonly #registry: ParameterRegistry<Options>;
  readonly #watches: OptionsWatch[] = [];
  readonly #guarded: ResolvedGroup<Options>[] = [];
  #handedOut: Tensor[] = [];
  #disposed = false;

  /**
   * @param params variables, `[path, variable]` pairs, or groups `{ params, …options }`
   * @param options the defaults of the groups
   */
  constructor(params: Parameters<Options> | typeof ON_DEMAND, ...[options]: OptionArguments<Options>) {
    super();
    const { className, options: table, name: ownName } = new.target;
    const name = className.replace(/^Trainkit/, '') || ownName;
    preventCapture(`it makes an optimizer (${name}); make it outside`);
    if (options === undefined && Object.values(table).some(({ initial }) => initial === undefined)) {
      const expectation = 'an object of named options';
      throw new TypeError(expected(name, 'options', options, expectation, 'Write { learningRate: … }.'));
    }
    this.#name = name;
    this.#table = table;
    this.#defaults = withDefaults(
      table,
      checkOptions<object>(name, options === undefined ? {} : options, table),
    );
    this.#checkOptions(name, this.#defaults);
    this.#registry = new ParameterRegistry(name, params, this.#defaults, table);
    for (const group of this.#registry.groups) this.#open(group);
    this.paramGroups = fixedGroups(name, this.#guarded);
    Object.defineProperty(this, 'paramGroups', { writable: false });
    refuseMisplacedOptions(this, name, table);
  }

  /**
   * Adds a group of variables, with options of its own; they start afresh.
   *
   * @throws where one of the variables is this optimizer's already, or an option is not allowed;
   *   nothing is added then
   */
  addParamGroup(group: ParameterGroup<Options>): void {
    this.#checkAlive();
    preventCapture(`it adds a group to ${this.#name}; add it between calls`);
    const { params: _, ...options } = { ...group };
    checkOptions<object>(`${this.#name}: paramGroups[${this.#guarded.length}]`, options, this.#table);
    const added = this.#registry.resolve(group, this.#defaults, this.#table);
    this.#open(added.group);
    this.#registry.add(added);
  }

  /** Checks a group, and shows it in `paramGroups`. */
  #open(group: ResolvedGroup<Options>): void {
    for (const variable of group.params) this.checkVariable(this.#name, variable);
    const i = this.#guarded.length;
    const watch = new OptionsWatch(group, () => this.#checkGroup(i, group));
    watch.check();
    this.#watches.push(watch);
    this.#guarded.push(guardedGroup(this.#name, group));
  }

  /** PyTorch's keys of the tensors in the state of a variable. */
  protected abstract readonly stateKeys: readonly string[];

  /**
   * Returns the numbers that an update needs, in double precision: the learning rate, bias
   * corrections and the like.
   *
   * All variables of a group with the same number of updates share them. A number that is undefined
   * is left out. Options may decide here and in {@link update}; `step` and the rate only through
   * the numbers, since both change from step to step and a captured step is recorded once.
   */
  protected scalars({ learningRate }: ScalarContext<Options>): Readonly<Record<string, number | undefined>> {
    return { learningRate };
  }

  /**
   * Returns the new parameter and the new state of one variable: pure, in stock operations or by a
   * kernel, in a tidy.
   *
   * A kernel may take the memory of the parameter and the state, whose old values nobody reads any
   * more; not of the gradient.
   */
  protected abstract update(
    tensors: Readonly<Record<string, Tensor | undefined>>,
    scalars: Readonly<Record<string, Scalar | undefined>>,
    options: Complete<Options>,
  ): Updated;

  /** Throws where options that are allowed by themselves do not go together. */
  protected checkCombination(_where: string, _options: Complete<Options>): void {}

  /** Throws where a variable is none that this optimizer can train; default: it trains any. */
  protected checkVariable(_where: string, _variable: Variable): void {}

  /**
   * Returns true where a key is part of a variable's state with these options; default: every key.
   */
  protected keepsState(_key: string, _options: Complete<Options>, _parameter: Variable): boolean {
    return true;
  }

  /** Returns the shape of a key's tensor; default: that of the parameter. */
  protected stateShape(_key: string, parameter: Variable, _options: Complete<Options>): number[] {
    return parameter.shape;
  }

  /**
   * Returns a key's tensor before the first update, or undefined where that update makes it;
   * default: zeros.
   */
  protected initialState(key: string, parameter: Variable, options: Complete<Options>): Tensor | undefined {
    return zeros(this.stateShape(key, parameter, options));
  }

  /**
   * Returns the factor that a key's tensor is kept times, default 1, where a kernel's op cannot
   * keep the number itself. `stateDict()` holds the numbers without it.
   */
  protected stateScale(_key: string, _options: Complete<Options>): number {
    return 1;
  }

  /** The rate of the next update, of the first group; {@link paramGroups} has those of all. */
  get learningRate(): number {
    const [first] = this.#registry.groups;
    const read = () => rateAt(this.#name, first?.learningRate ?? Number.NaN, this.iterations);
    if (activeRecorder() !== null) guard(() => `optimizer.learningRate ${read()}`);
    return withRecorder(null, read);
  }

  /** Sets the rate of every group: a number, or a schedule `(step) => rate`. */
  set learningRate(learningRate: LearningRate) {
    checkLearningRate(this.#name, 'learningRate', learningRate);
    preventCapture(`it sets learningRate of ${this.#name}; set it between calls, or give a schedule`);
    for (const group of this.#registry.groups) Object.assign(group, { learningRate });
  }

  /** The number of updates so far. */
  override get iterations(): number {
    const read = () => super.iterations;
    if (activeRecorder() !== null) guard(() => `optimizer.iterations ${read()}`);
    return read();
  }

  /**
   * Runs `f`, and updates this optimizer's variables by the gradients of what it returns.
   *
   * @param f returns the loss, a scalar
   * @param returnCost whether to return that loss, which is the caller's to dispose, default false
   * @param varList the variables to update, default those of this optimizer that are trainable
   */
  override minimize(f: () => Scalar, returnCost: true, varList?: Variable[]): Scalar;
  override minimize(f: () => Scalar, returnCost?: boolean, varList?: Variable[]): Scalar | null;
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

  /**
   * Returns true where this optimizer updates the variable; one that was made without variables
   * updates any.
   */
  updates(variable: Variable): boolean {
    return this.#registry.find(variable.name) === variable;
  }

  /** Returns a tensor of a variable's state, or undefined where it has none yet. */
  protected stateTensor(variable: Variable, key: string): Tensor | undefined {
    return this.#registry.stateOf(variable)?.get(key, 1);
  }

  /** Runs `f`, and returns its loss and its gradients by `variable.name`; nothing is updated. */
  override computeGradients(f: () => Scalar, varList?: Variable[]): { value: Scalar; grads: NamedTensorMap } {
    const loss = checkedLoss(this.#name, f);
    // In a tidy: TensorFlow.js leaves the loss behind where it finds no gradient for it.
    const compute = (list?: Variable[]) => freeingTape(() => tidy(() => super.computeGradients(loss, list)));
    if (varList !== undefined) checkVarList(this.#name, varList);
    const given = varList ?? (this.#registry.onDemand ? null : this.#registry.variables());
    if (given === null) return compute();
    const trainable = given.filter((variable) => variable.trainable);
    if (trainable.length > 0) return compute(trainable);
    throw new Error(
      `${this.#name}: none of the variables to minimize over is trainable: ` +
        `${given.map(({ name }) => name).join(', ')}. Set variable.trainable, or module.requiresGrad(true).`,
    );
  }

  /**
   * Updates the variables that have a gradient; the others, those that are frozen, and their state
   * stay as they are.
   *
   * A gradient that is NaN or infinite makes its variable so, as in PyTorch.
   *
   * @param gradients by `variable.name`, as `tf.variableGrads` gives them, or a list of
   *   `{ name, tensor }`; they stay the caller's
   * @throws where anything is wrong with a gradient, a rate or an option; nothing is updated then
   */
  override applyGradients(gradients: Gradients): void {
    const matched = this.#match(gradients);
    const registry = this.#registry;
    const isRecorded = activeRecorder() !== null;
    // Errors come before anything is changed, in a replay too.
    guard(() => {
      this.#checkStep();
      return isRecorded ? this.#watches.map((watch) => watch.text()).join() : '';
    });
    const rates = new Map<ResolvedGroup<Options>, number>();
    sideEffect(
      () => {
        for (const group of registry.groups) rates.set(group, this.#rateOf(group));
      },
      () => rates.clear(),
    );
    const trained = matched.filter(({ variable }) => guard(() => variable.trainable));
    registry.register(
      trained.map(({ variable }) => variable),
      (deferred) => this.#readDeferred(deferred),
    );
    // The first variable of each group and number of updates, whose scalars the others share.
    const leaders = new Map<string, ParameterState>();
    const updates = trained.map(({ variable, gradient }) => {
      const group = registry.groupOf(variable);
      const state = registry.openState(variable);
      const kind = `${registry.groups.indexOf(group)} ${state.step}`;
      const leader = leaders.get(kind) ?? state;
      leaders.set(kind, leader);
      if (isRecorded) {
        const place = [...leaders.keys()].indexOf(kind);
        guard(() => {
          // A loaded state is another object, and a recording's effects are on the old one.
          const isSame = registry.stateOf(variable) === state && state.step === leader.step;
          return isSame ? `${place} ${state.layout}` : null;
        });
      }
      return { variable, gradient, group, state, leader };
    });
    tidy(() => {
      const shared = new Map<ParameterState, Readonly<Record<string, Scalar>>>();
      for (const { variable, gradient, group, state, leader } of updates) {
        sideEffect(
          () => void state.step++,
          () => void state.step--,
        );
        const scalars = shared.get(leader) ?? this.#makeScalars(group, leader, rates);
        shared.set(leader, scalars);
        tidy(() => this.#update(variable, gradient, state, scalars, group));
      }
    });
    this.incrementIterations();
  }

  /** Throws where {@link applyGradients} would; changes nothing. */
  checkGradients(gradients: Gradients): void {
    this.#match(gradients);
    withRecorder(null, () => this.#checkStep());
  }

  #match(gradients: Gradients): { variable: Variable; gradient: Tensor }[] {
    this.#checkAlive();
    const matched = matchGradients(this.#name, gradients, (name) => this.#registry.find(name));
    for (const { variable } of matched) this.checkVariable(this.#name, variable);
    return matched;
  }

  #checkStep(): void {
    this.#checkAlive();
    for (const watch of this.#watches) watch.check();
    for (const group of this.#registry.groups) this.#rateOf(group);
  }

  /** The numbers of an update as scalars; in a replayed step they are computed anew. */
  #makeScalars(
    group: ResolvedGroup<Options>,
    leader: ParameterState,
    rates: ReadonlyMap<ResolvedGroup<Options>, number>,
  ): Readonly<Record<string, Scalar>> {
    let numbers: Readonly<Record<string, number | undefined>> = {};
    sideEffect(
      () => {
        // NaN would show.
        const learningRate = rates.get(group) ?? Number.NaN;
        numbers = this.scalars({ step: leader.step, learningRate, options: group });
      },
      () => undefined,
    );
    const names = Object.keys(numbers).filter((name) => numbers[name] !== undefined);
    return Object.fromEntries(
      names.map((name) => [name, freshScalar(() => numbers[name] ?? Number.NaN)] as const),
    );
  }

  #update(
    variable: Variable,
    gradient: Tensor,
    state: ParameterState,
    scalars: Readonly<Record<string, Scalar>>,
    group: ResolvedGroup<Options>,
  ): void {
    const tensors: Record<string, Tensor | undefined> = { parameter: variable, gradient };
    for (const key of this.stateKeys) {
      if (!this.keepsState(key, group, variable)) continue;
      tensors[key] = state.get(key, this.stateScale(key, group)) ?? this.initialState(key, variable, group);
    }
    const { parameter, ...updated } = this.update(tensors, scalars, group);
    for (const [key, value] of Object.entries(updated)) {
      if (value === undefined) continue;
      if (!this.stateKeys.includes(key)) {
        throw new Error(
          expected(this.#name, 'a key that update() returns', key, `parameter, ${this.stateKeys.join(', ')}`),
        );
      }
      state.set(key, value, this.stateScale(key, group));
    }
    if (parameter !== variable) variable.assign(parameter);
  }

  /**
   * All that a run needs to go on from here beside the variables' own values: the number of steps,
   * each variable's state under PyTorch's keys, and the groups' options.
   *
   * State is known by the path that a variable was given with, or by its number over all groups.
   * Its tensors are the optimizer's own, not copies: they change as it steps. A schedule is a
   * function and is not in it (`null`).
   */
  stateDict(): OptimizerState {
    this.#checkAlive();
    return writeState({
      iterations: this.iterations,
      groups: this.paramGroups,
      keyOf: (variable) => this.#registry.keyOf(variable),
      stateOf: (variable) => this.#registry.stateOf(variable),
      configOf: (group) => this.#configOf(group),
    });
  }

  /**
   * Goes on from a state that {@link stateDict} gave, in this process or another; the tensors stay
   * the caller's.
   *
   * Checks first: where anything does not fit, one error names all of it, and nothing was loaded.
   * Variables that the state knows but has nothing of start afresh. Learning rates and options are
   * those of the state; a schedule cannot be in it, so where the state was saved with one, this
   * optimizer must have one.
   *
   * An optimizer that was made without variables gets those of the state, by their names.
   *
   * @returns the keys that were left, where `strict` is false
   */
  loadStateDict(state: OptimizerState, options: LoadOptimizerOptions = {}): OptimizerLoadReport {
    this.#checkAlive();
    const where = `${this.#name}.loadStateDict`;
    const { strict = true } = checkOptions(where, options, LOAD);
    checkFlag(where, 'strict', strict);
    preventCapture(`it loads a state into ${this.#name}; load it between calls`);
    const undo = this.#registry.become(variablesIn(state));
    let loaded: ReturnType<typeof readState<ResolvedGroup<Options>>>;
    try {
      loaded = readState(state, this.#comparison(), strict);
    } catch (error) {
      undo();
      throw error;
    }
    this.iterations_ = loaded.iterations;
    for (const { group, config, learningRate } of loaded.groups) {
      Object.assign(group, config, learningRate === null ? {} : { learningRate });
    }
    // All is copied before anything is freed: the state may be this optimizer's own.
    const states = [...loaded.states].map(([variable, { step, tensors }]) => {
      const group = this.#registry.groupOf(variable);
      return [variable, ParameterState.load(step, tensors, (key) => this.stateScale(key, group))] as const;
    });
    this.#registry.replaceStates(new Map(states));
    return loaded.report;
  }

  #comparison(): Comparison<ResolvedGroup<Options>> {
    const { learningRate: _, ...names } = this.#table;
    return {
      optimizer: this.#name,
      groups: this.paramGroups,
      keyOf: (variable) => this.#registry.keyOf(variable),
      stateKeys: this.stateKeys,
      isRequired: (key, variable) => this.keepsState(key, this.#defaults, variable),
      shapeOf: (key, variable, group) => this.stateShape(key, variable, group),
      checks: (where, group, config) => [
        () => void checkOptions<object>(where, config, names),
        () => this.#checkOptions(where, { ...group, ...config }),
      ],
    };
  }

  /**
   * Checks the state that was loaded for a variable before it was known, and returns the function
   * that loads it.
   */
  #readDeferred({ variable, group, key, given }: DeferredState<Options>): () => ParameterState {
    const { problems, step, tensors } = readVariableState(this.#comparison(), {
      key,
      given,
      variable,
      group,
    });
    if (problems.length > 0) throw new Error(`${this.#name}: the loaded state of ${problems.join(' ')}`);
    return () => ParameterState.load(step, tensors, (name) => this.stateScale(name, group));
  }

  /**
   * The state in the form of `model.save({ includeOptimizer: true })`; the tensors stay the
   * optimizer's.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    const { state } = this.stateDict();
    dispose(this.#handedOut);
    const { weights, made } = writeWeights(this.iterations, [
      ...Object.entries(state),
      ...this.#registry.deferred.entries(),
    ]);
    this.#handedOut = made;
    return weights;
  }

  /** Takes what {@link getWeights} gave; the tensors stay the caller's. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkAlive();
    preventCapture(`it loads a state into ${this.#name}; load it between calls`);
    const { iterations, states } = await readWeights(this.#name, weights, this.stateKeys);
    if (!this.#registry.onDemand || this.#registry.variables().length > 0) {
      this.loadStateDict({ ...this.stateDict(), iterations, state: Object.fromEntries(states) });
      return;
    }
    this.iterations_ = iterations;
    this.#registry.deferred.put(states);
  }

  /**
   * The options, for `model.save`; throws where JSON cannot hold them: a schedule, or several
   * groups.
   */
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
    return { learningRate: group.learningRate, ...this.#configOf(group) };
  }

  /**
   * Returns true where `value` is of this very class: `tf.Optimizer` takes whatever has its
   * methods, for its subclasses too.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: it is the subclass that instanceof asks.
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /**
   * Makes an optimizer without variables, which are registered as a model hands them over: for
   * `tf.loadLayersModel`.
   */
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
    this.#registry.dispose();
    dispose(this.#handedOut);
    this.#handedOut = [];
  }

  #checkAlive(): void {
    if (this.#disposed) throw new Error(`${this.#name}: this optimizer is disposed.`);
  }

  #checkGroup(i: number, group: ResolvedGroup<Options>): void {
    const where = `${this.#name}: paramGroups[${i}]`;
    const { params: _, ...options } = group;
    checkOptions<object>(where, options, this.#table);
    this.#checkOptions(where, group);
  }

  #checkOptions(where: string, options: Complete<Options>): void {
    for (const [name, rule] of Object.entries(this.#table))
      rule.check(where, name, Reflect.get(options, name));
    this.checkCombination(where, options);
  }

  /** The options of a group that JSON can hold, without the learning rate. */
  #configOf(group: ResolvedGroup<Options>): serialization.ConfigDict {
    const { params: _, learningRate: __, ...options } = group;
    return Object.fromEntries(
      Object.entries(options).map(([name, value]) => [name, asConfig(value)] as const),
    );
  }

  #rateOf(group: ResolvedGroup<Options>): number {
    return rateAt(
      `${this.#name}: paramGroups[${this.#registry.groups.indexOf(group)}]`,
      group.learningRate,
      this.iterations,
    );
  }
}

/** The value of an option as JSON holds it. */
function asConfig(value: unknown): serialization.ConfigDictValue {
  if (Array.isArray(value)) return value.map(asConfig);
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as string | number | boolean) : null;
}
