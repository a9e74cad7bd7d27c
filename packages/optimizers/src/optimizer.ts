import { type Scalar, type serialization, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, expected } from '@trainkit/checks';
import {
  activeRecorder,
  type CaptureRecorder,
  freshScalar,
  guard,
  preventCapture,
  sideEffect,
  withRecorder,
} from '@trainkit/kernels/capture';
import { type Gradients, matchGradients, type NamedTensor } from './gradients.js';
import { guardedGroup } from './guarded-group.js';
import {
  type Complete,
  checkLearningRate,
  type LearningRate,
  type OptimizerOptions,
  rateAt,
} from './hyperparameters.js';
import { fixedGroups, refuseMisplacedOptions } from './misplaced-options.js';
import { type AnyOptionTable, withDefaults } from './option-rules.js';
import { OptionsWatch } from './options-watch.js';
import type { ParameterGroup, Parameters, ResolvedGroup } from './parameter-groups.js';
import { ON_DEMAND, ParameterRegistry } from './parameter-registry.js';
import type { ParameterState } from './parameter-state.js';
import { refusePyTorchCalls } from './pytorch-calls.js';
import { Saving } from './saving.js';
import type { LoadOptimizerOptions, OptimizerLoadReport, OptimizerState } from './state-dict.js';
import { UpdateRule } from './update-rule.js';
import { readWeights } from './weights.js';

/**
 * The last arguments of an optimizer's constructor: options, which may be left out where each has a
 * default.
 */
export type OptionArguments<Options> =
  Partial<Options> extends Options ? [options?: Options] : [options: Options];

/**
 * The base of all optimizers: groups, state by variable, step counts, schedules, checks, and what
 * `capture` needs.
 *
 * A subclass has a table of its {@link options}, and what {@link UpdateRule} asks for: the keys of
 * its state, the numbers of a step and the arithmetic of a step. The README has a complete one.
 */
export abstract class ParameterOptimizer<Options extends OptimizerOptions> extends UpdateRule<Options> {
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
  readonly #saving: Saving<Options>;
  /** The number of updates before the first one of each recording. */
  readonly #startOf = new WeakMap<CaptureRecorder, number>();
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
    this.#saving = new Saving({
      name,
      table,
      registry: this.#registry,
      groups: this.paramGroups,
      stateKeys: () => this.stateKeys,
      isRequired: (key, variable) => this.keepsState(key, this.#defaults, variable),
      shapeOf: (key, variable, group) => this.stateShape(key, variable, group),
      scaleOf: (key, group) => this.stateScale(key, group),
      checkOptions: (where, checked) => this.#checkOptions(where, checked),
    });
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

  /**
   * The rate of the next update, of the first group; {@link paramGroups} has those of all.
   *
   * In a captured step a rate that changes from call to call keeps the step eager, since a number
   * in JavaScript cannot follow: read it as `freshScalar(() => optimizer.learningRate)` there.
   */
  get learningRate(): number {
    const [first] = this.#registry.groups;
    return this.#observed('learningRate', (iterations) =>
      rateAt(this.#name, first?.learningRate ?? Number.NaN, iterations),
    );
  }

  /** Sets the rate of every group: a number, or a schedule `(step) => rate`. */
  set learningRate(learningRate: LearningRate) {
    checkLearningRate(this.#name, 'learningRate', learningRate);
    preventCapture(`it sets learningRate of ${this.#name}; set it between calls, or give a schedule`);
    for (const group of this.#registry.groups) Object.assign(group, { learningRate });
  }

  /** The number of updates so far; in a captured step, see {@link learningRate}. */
  override get iterations(): number {
    return this.#observed('iterations', (iterations) => iterations);
  }

  /** Returns a number that follows from the number of updates, a guard of a recorded step. */
  #observed(name: string, read: (iterations: number) => number): number {
    const recorder = activeRecorder();
    const iterations = this.#iterations();
    const value = withRecorder(null, () => read(iterations));
    if (recorder === null) return value;
    // A guard is read before a replay, and the recorded step may have counted already.
    const counted = iterations - (this.#startOf.get(recorder) ?? iterations);
    const text = (number: number) => `optimizer.${name} ${number}`;
    const advice = `read it as freshScalar(() => optimizer.${name}) of @trainkit/kernels/capture`;
    recorder.guard(() => text(read(this.#iterations() + counted)), [], text(value), advice);
    return value;
  }

  /** The number of updates, without a guard. */
  #iterations(): number {
    return withRecorder(null, () => super.iterations);
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

  protected override errorName(): string {
    return this.#name;
  }

  protected override ownVariables(): readonly Variable[] | null {
    return this.#registry.onDemand ? null : this.#registry.variables();
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
    const recorder = activeRecorder();
    const isRecorded = recorder !== null;
    if (isRecorded && !this.#startOf.has(recorder)) this.#startOf.set(recorder, this.#iterations());
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
      (deferred) => this.#saving.readDeferred(deferred),
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
    return this.#saving.stateDict(this.iterations);
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
    const { iterations, report } = this.#saving.load(state, options);
    this.iterations_ = iterations;
    return report;
  }

  /**
   * The state in the form of `model.save({ includeOptimizer: true })`; the tensors stay the
   * optimizer's.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    return this.#saving.weights(this.stateDict());
  }

  /** Takes what {@link getWeights} gave; the tensors stay the caller's. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkAlive();
    preventCapture(`it loads a state into ${this.#name}; load it between calls`);
    const { iterations, states } = await readWeights(this.#name, weights, this.stateKeys);
    if (this.#registry.variables().length > 0) {
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
    return this.#saving.config();
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
    this.#saving.dispose();
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

  #rateOf(group: ResolvedGroup<Options>): number {
    return rateAt(
      `${this.#name}: paramGroups[${this.#registry.groups.indexOf(group)}]`,
      group.learningRate,
      this.iterations,
    );
  }
}
