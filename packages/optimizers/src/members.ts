import { engine, type Variable } from '@tensorflow/tfjs-core';
import { type OptionNames, show } from '@trainkit/checks';
import { type Parameters, type ResolvedGroup, resolveGroups } from './parameter-groups.js';
import { ParameterState } from './parameter-state.js';
import type { VariableState } from './state-dict.js';
import { PendingWeights } from './weights.js';

/** Stands for "every trainable variable, when it is first met", which only the factories and `fromConfig` ask for. */
export const ON_DEMAND = Symbol('every trainable variable');

/** The variables of an optimizer: to which group each belongs, by which key it is known, and what is remembered of it. */
export class Members<Hyper extends object> {
  readonly groups: readonly ResolvedGroup<Hyper>[];
  /** Whether variables join as they are met. */
  readonly onDemand: boolean;
  readonly #optimizer: string;
  readonly #paths: ReadonlyMap<Variable, string>;
  readonly #byName = new Map<string, { variable: Variable; group: ResolvedGroup<Hyper> }>();
  readonly #states = new Map<Variable, ParameterState>();
  readonly #pending = new PendingWeights();

  constructor(
    optimizer: string,
    params: Parameters<Hyper> | typeof ON_DEMAND,
    defaults: Hyper,
    optionNames: OptionNames<Hyper>,
  ) {
    this.#optimizer = optimizer;
    this.onDemand = params === ON_DEMAND;
    const { groups, paths } =
      params === ON_DEMAND
        ? { groups: [{ ...defaults, params: [] }], paths: new Map<Variable, string>() }
        : resolveGroups(optimizer, params, defaults, optionNames);
    this.groups = groups;
    this.#paths = paths;
    for (const group of groups) {
      for (const variable of group.params) this.#byName.set(variable.name, { variable, group });
    }
  }

  /** All variables, group by group. */
  variables(): Variable[] {
    return this.groups.flatMap(({ params }) => params);
  }

  /** The variable of that name; where variables join on demand, any of the program that is not disposed. */
  find(name: string): Variable | undefined {
    const variable = this.#byName.get(name)?.variable;
    if (!this.onDemand) return variable;
    // A disposed variable leaves its name to another.
    return variable?.isDisposed === false ? variable : engine().registeredVariables[name];
  }

  /** Makes members of those that are not yet, with the state that was loaded for them. */
  join(variables: readonly Variable[]): void {
    const [group] = this.groups;
    const strangers = variables.filter((variable) => this.#byName.get(variable.name)?.variable !== variable);
    if (group === undefined || strangers.length === 0) return;
    const states = this.#pending.claim(this.#optimizer, strangers);
    for (const variable of strangers) {
      this.#leave(variable.name);
      this.#byName.set(variable.name, { variable, group });
      group.params.push(variable);
      const state = states.get(variable);
      if (state !== undefined) this.#states.set(variable, state);
    }
  }

  /**
   * Where variables join on demand, makes those of these names the only members, as a state knows them; a name that no
   * variable has is left out. Their states stay until {@link replaceStates}.
   *
   * @returns the function that undoes it
   */
  become(names: readonly string[]): () => void {
    const [group] = this.groups;
    if (!this.onDemand || group === undefined) return () => undefined;
    const set = (variables: readonly Variable[]) => {
      this.#byName.clear();
      for (const variable of variables) this.#byName.set(variable.name, { variable, group });
      group.params.splice(0, group.params.length, ...variables);
    };
    const before = [...group.params];
    set(names.flatMap((name) => this.find(name) ?? []));
    return () => set(before);
  }

  /** The group of a member. */
  groupOf({ name }: Variable): ResolvedGroup<Hyper> {
    const member = this.#byName.get(name);
    if (member !== undefined) return member.group;
    throw new Error(`${this.#optimizer}: the variable ${show(name)} is in no group.`);
  }

  /** What a member's state is known by: its path, its number over all groups, or on demand its name. */
  keyOf(variable: Variable): string {
    if (this.onDemand) return variable.name;
    return this.#paths.get(variable) ?? String(this.variables().indexOf(variable));
  }

  /** What is remembered of a member, if anything. */
  stateOf(variable: Variable): ParameterState | undefined {
    return this.#states.get(variable);
  }

  /** What is remembered of a member, an empty state at first. */
  openState(variable: Variable): ParameterState {
    const state = this.#states.get(variable) ?? new ParameterState();
    this.#states.set(variable, state);
    return state;
  }

  /** Puts other states in place of all; the members that are not in it start afresh. */
  replaceStates(states: ReadonlyMap<Variable, ParameterState>): void {
    for (const state of this.#states.values()) state.dispose();
    this.#states.clear();
    for (const [variable, state] of states) this.#states.set(variable, state);
  }

  /** Every key and its state, also of those that have not joined yet. */
  entries(): (readonly [key: string, state: ParameterState | undefined])[] {
    const known = this.variables().map(
      (variable) => [this.keyOf(variable), this.#states.get(variable)] as const,
    );
    return [...known, ...this.#pending.entries()];
  }

  /** Keeps states for variables that will join. */
  expect(states: ReadonlyMap<string, VariableState>): void {
    this.#pending.put(states);
  }

  /** Frees all states, not the variables. */
  dispose(): void {
    this.replaceStates(new Map());
    this.#pending.dispose();
  }

  #leave(name: string): void {
    const member = this.#byName.get(name);
    if (member === undefined) return;
    this.#states.get(member.variable)?.dispose();
    this.#states.delete(member.variable);
    member.group.params.splice(member.group.params.indexOf(member.variable), 1);
  }
}
