import { engine, type Variable } from '@tensorflow/tfjs-core';
import { expected, show } from '@trainkit/checks';
import type { Complete } from './hyperparameters.js';
import type { AnyOptionTable } from './option-rules.js';
import {
  type ParameterGroup,
  type Parameters,
  type Paths,
  type ResolvedGroup,
  resolveGroups,
} from './parameter-groups.js';
import { ParameterState } from './parameter-state.js';
import type { VariableState } from './state-dict.js';
import { DeferredStates } from './weights.js';

/**
 * Stands for "every trainable variable, when it is first met", which only the factories and
 * `fromConfig` ask for.
 */
export const ON_DEMAND = Symbol('every trainable variable');

/** A group that is not added yet. */
export interface NewGroup<Options> {
  group: ResolvedGroup<Options>;
  paths: Paths;
}

/** The state that was deferred for a variable. */
export interface DeferredState<Options> {
  variable: Variable;
  group: ResolvedGroup<Options>;
  key: string;
  given: VariableState;
}

/** The variables of an optimizer: the group of each, the key that it is known by, and its state. */
export class ParameterRegistry<Options extends object> {
  readonly groups: ResolvedGroup<Options>[];
  /** True if variables are registered as they are met. */
  readonly onDemand: boolean;
  /** States of variables that are not registered yet. */
  readonly deferred = new DeferredStates();
  readonly #optimizer: string;
  readonly #paths: Paths;
  readonly #byName = new Map<string, { variable: Variable; group: ResolvedGroup<Options> }>();
  readonly #states = new Map<Variable, ParameterState>();
  /** The number of each variable over all groups; null where it is to be counted. */
  #numbers: ReadonlyMap<Variable, number> | null = null;

  constructor(
    optimizer: string,
    params: Parameters<Options> | typeof ON_DEMAND,
    defaults: Complete<Options>,
    table: AnyOptionTable,
  ) {
    this.#optimizer = optimizer;
    this.onDemand = params === ON_DEMAND;
    const { groups, paths } =
      params === ON_DEMAND
        ? { groups: [{ ...defaults, params: [] }], paths: new Map<Variable, string>() }
        : resolveGroups(optimizer, params, defaults, table);
    this.groups = groups;
    this.#paths = paths;
    for (const group of groups) {
      for (const variable of group.params) this.#byName.set(variable.name, { variable, group });
    }
  }

  /** Resolves a further group; throws where it does not go with those that there are. */
  resolve(
    group: ParameterGroup<Options>,
    defaults: Complete<Options>,
    table: AnyOptionTable,
  ): NewGroup<Options> {
    if (this.onDemand) {
      const instead = `Write new ${this.#optimizer}([{ params: first }, { params: second }], options).`;
      const expectation = 'no group, since it takes every variable of the program';
      throw new TypeError(expected(this.#optimizer, 'the group', group, expectation, instead));
    }
    const { groups, paths } = resolveGroups(this.#optimizer, [group], defaults, table, this.groups.length);
    const [added] = groups;
    if (added === undefined) throw new Error(`${this.#optimizer}: there is no group.`);
    const known = new Set(this.#paths.values());
    for (const variable of added.params) {
      const path = paths.get(variable);
      const name = show(path ?? variable.name);
      if (this.#byName.get(variable.name)?.variable === variable || (path !== undefined && known.has(path)))
        throw new Error(`${this.#optimizer}: the variable ${name} is in a group already; give it once.`);
    }
    if (paths.size > 0 !== known.size > 0) {
      throw new Error(
        `${this.#optimizer}: the new group has ${paths.size} paths, the others ${known.size}; give one to all variables or ` +
          'to none, so that state is known by path or by number.',
      );
    }
    return { group: added, paths };
  }

  /** Adds a group that {@link resolve} gave. */
  add({ group, paths }: NewGroup<Options>): void {
    this.groups.push(group);
    for (const [variable, path] of paths) this.#paths.set(variable, path);
    for (const variable of group.params) this.#byName.set(variable.name, { variable, group });
    this.#numbers = null;
  }

  /** Returns all variables, group by group. */
  variables(): Variable[] {
    return this.groups.flatMap(({ params }) => params);
  }

  /** Returns the variable of that name; on demand, any of the program that is not disposed. */
  find(name: string): Variable | undefined {
    const variable = this.#byName.get(name)?.variable;
    if (!this.onDemand) return variable;
    // A disposed variable leaves its name to another.
    return variable?.isDisposed === false ? variable : engine().registeredVariables[name];
  }

  /**
   * Registers those that are not yet, with the states that were deferred for them.
   *
   * @param read checks a deferred state, and returns the function that loads it
   */
  register(
    variables: readonly Variable[],
    read: (found: DeferredState<Options>) => () => ParameterState,
  ): void {
    const [group] = this.groups;
    const unregistered = variables.filter(
      (variable) => this.#byName.get(variable.name)?.variable !== variable,
    );
    if (group === undefined || unregistered.length === 0) return;
    const found = this.deferred.match(this.#optimizer, unregistered);
    const states = [...found].map(([variable, [key, given]]) => {
      return [variable, read({ variable, group, key, given })] as const;
    });
    for (const variable of unregistered) {
      this.#remove(variable.name);
      this.#byName.set(variable.name, { variable, group });
      group.params.push(variable);
    }
    for (const [variable, load] of states) this.#states.set(variable, load());
    if (found.size > 0) this.deferred.dispose(...[...found.values()].map(([key]) => key));
    this.#numbers = null;
  }

  /**
   * On demand, registers those of these names alone, as a state knows them; a name that no variable
   * has is left out. Their states stay until {@link replaceStates}.
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
      this.#numbers = null;
    };
    const before = [...group.params];
    set(names.flatMap((name) => this.find(name) ?? []));
    return () => set(before);
  }

  /** Returns the group of a registered variable. */
  groupOf({ name }: Variable): ResolvedGroup<Options> {
    const member = this.#byName.get(name);
    if (member !== undefined) return member.group;
    throw new Error(`${this.#optimizer}: the variable ${show(name)} is in no group.`);
  }

  /**
   * Returns the key of a variable's state: its path, its number over all groups, or on demand its
   * name.
   */
  keyOf(variable: Variable): string {
    if (this.onDemand) return variable.name;
    this.#numbers ??= new Map(this.variables().map((each, i) => [each, i]));
    return this.#paths.get(variable) ?? String(this.#numbers.get(variable));
  }

  /** Returns a variable's state, if it has one. */
  stateOf(variable: Variable): ParameterState | undefined {
    return this.#states.get(variable);
  }

  /** Returns a variable's state, an empty one at first. */
  openState(variable: Variable): ParameterState {
    const state = this.#states.get(variable) ?? new ParameterState();
    this.#states.set(variable, state);
    return state;
  }

  /** Puts other states in the place of all; the variables that are not among them start afresh. */
  replaceStates(states: ReadonlyMap<Variable, ParameterState>): void {
    for (const state of this.#states.values()) state.dispose();
    this.#states.clear();
    for (const [variable, state] of states) this.#states.set(variable, state);
  }

  /** Frees all states, not the variables. */
  dispose(): void {
    this.replaceStates(new Map());
    this.deferred.dispose();
  }

  #remove(name: string): void {
    const member = this.#byName.get(name);
    if (member === undefined) return;
    this.#states.get(member.variable)?.dispose();
    this.#states.delete(member.variable);
    member.group.params.splice(member.group.params.indexOf(member.variable), 1);
  }
}
