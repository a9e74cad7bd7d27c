import type { serialization, Tensor, Variable } from '@tensorflow/tfjs-core';
import {
  checkInteger,
  checkNumber,
  expected,
  isSameShape,
  printable,
  show,
  showShape,
} from '@trainkit/checks';
import { checkFloat32, checkTensorShape } from '@trainkit/checks/tensor';
import type { LearningRate } from './hyperparameters.js';
import type { ParameterState, SavedTensor } from './parameter-state.js';
import { problemsOf } from './problems.js';

/** The state of one variable: its number of updates, and its tensors under PyTorch's keys. */
export interface VariableState {
  /** The number of updates that the variable has had. */
  step: number;
  /**
   * `exp_avg`, `exp_avg_sq`, `max_exp_avg_sq`, `momentum_buffer`, …: tensors, mostly of the
   * variable's shape. On tfjs-node Adam's are a `Float64Array` of their elements, since
   * TensorFlow's op keeps a multiple that float32 would round.
   */
  [key: string]: Tensor | Float64Array | number;
}

/** The options of one group, and the keys of its variables. */
export interface GroupState {
  /** The paths or the numbers of the group's variables. */
  params: string[];
  /** The rate, or null where it is a schedule. */
  learningRate: number | null;
  /** The other options, by their names. */
  [option: string]: serialization.ConfigDictValue;
}

/** All that an optimizer needs to go on: what `stateDict()` returns and `loadStateDict` takes. */
export interface OptimizerState {
  /** The number of updates so far, which schedules count. */
  iterations: number;
  /** The state of each variable that has one, by path or by number. */
  state: Record<string, VariableState>;
  /** The options of the groups, in their order. */
  paramGroups: GroupState[];
}

/** Options of `loadStateDict`. */
export interface LoadOptimizerOptions {
  /**
   * True for an error where the state does not know a variable, or knows one that this optimizer
   * does not have; default true. An option, a shape or a number of groups that does not fit always
   * is one.
   */
  strict?: boolean | undefined;
}

/** The differences that `loadStateDict` left: with `strict`, none. */
export interface OptimizerLoadReport {
  /** The keys of this optimizer's variables that the state does not know; they start afresh. */
  missing: string[];
  /** The keys of the state that are no variables of this optimizer; they were left out. */
  unexpected: string[];
}

/** A group as states see it. */
interface Group {
  readonly params: Variable[];
  readonly learningRate: LearningRate;
}

/** The optimizer that {@link writeState} looks at. */
interface Written<G extends Group> {
  iterations: number;
  groups: readonly G[];
  keyOf: (variable: Variable) => string;
  stateOf: (variable: Variable) => ParameterState | undefined;
  configOf: (group: G) => serialization.ConfigDict;
}

/** Returns the state of an optimizer. */
export function writeState<G extends Group>(written: Written<G>): OptimizerState {
  const { iterations, groups, keyOf, stateOf, configOf } = written;
  const state: Record<string, VariableState> = {};
  for (const variable of groups.flatMap(({ params }) => params)) {
    const kept = stateOf(variable);
    if (kept !== undefined)
      state[keyOf(variable)] = { step: kept.step, ...Object.fromEntries(kept.entries()) };
  }
  const paramGroups = groups.map((group) => ({
    params: group.params.map(keyOf),
    ...configOf(group),
    learningRate: typeof group.learningRate === 'function' ? null : group.learningRate,
  }));
  return { iterations, state, paramGroups };
}

/** The optimizer that {@link readState} compares a state with. */
export interface Comparison<G extends Group> {
  optimizer: string;
  groups: readonly G[];
  keyOf: (variable: Variable) => string;
  stateKeys: readonly string[];
  /** Returns true for a key that the variable has once it is updated. */
  isRequired: (key: string, variable: Variable) => boolean;
  shapeOf: (key: string, variable: Variable, group: G) => readonly number[];
  /** Functions that throw where an option is not allowed. */
  checks: (where: string, group: G, config: serialization.ConfigDict) => (() => void)[];
}

/** The state of one variable as it is to be loaded. */
export interface LoadedState {
  step: number;
  tensors: (readonly [key: string, saved: SavedTensor])[];
}

/** The parts of a state by group and variable; a variable without one starts afresh. */
interface Loaded<G extends Group> {
  iterations: number;
  groups: { group: G; config: serialization.ConfigDict; learningRate: number | null }[];
  states: Map<Variable, LoadedState>;
  report: OptimizerLoadReport;
}

/**
 * Checks all of a state and returns what is to be loaded; one error names everything that does not
 * fit.
 */
export function readState<G extends Group>(
  state: OptimizerState,
  comparison: Comparison<G>,
  strict: boolean,
): Loaded<G> {
  const { optimizer, groups, keyOf, checks } = comparison;
  if (!isState(state)) {
    throw new TypeError(
      expected(
        `${optimizer}.loadStateDict`,
        'state',
        state,
        '{ iterations, state, paramGroups }, as stateDict() returns it',
      ),
    );
  }
  const problems: string[] = [];
  problems.push(...problemsOf(() => checkInteger('state', 'iterations', state.iterations)));
  if (state.paramGroups.length !== groups.length) {
    problems.push(`${state.paramGroups.length} groups; expected ${groups.length}, as this optimizer has`);
  }
  const own = groups.flatMap(({ params }) => params.map(keyOf));
  const known = variablesIn(state);
  const report = {
    missing: without(own, known),
    unexpected: without([...new Set([...known, ...Object.keys(state.state)])], own),
  };
  const loaded: Loaded<G> = { iterations: state.iterations, groups: [], states: new Map(), report };
  for (const [i, group] of groups.entries()) {
    const given = state.paramGroups[i];
    if (given === undefined) continue;
    if (!isRecord(given)) {
      problems.push(expected('state', `paramGroups[${i}]`, given, 'a group { params, learningRate, … }'));
      continue;
    }
    const { params, learningRate, ...config } = given;
    const keys = group.params.map(keyOf);
    if (strict || !Array.isArray(params)) problems.push(...keyProblems(`paramGroups[${i}]`, params, keys));
    problems.push(...rateProblems(i, learningRate, group));
    problems.push(...problemsOf(...checks(`paramGroups[${i}]`, group, config)));
    loaded.groups.push({ group, config, learningRate });
  }
  if (strict) problems.push(...unknownKeys(Object.keys(state.state), own));
  for (const group of groups) {
    for (const variable of group.params) {
      const key = keyOf(variable);
      const given = Object.hasOwn(state.state, key) ? state.state[key] : undefined;
      if (given === undefined) continue;
      const read = readVariableState(comparison, { key, given, variable, group });
      problems.push(...read.problems);
      loaded.states.set(variable, read);
    }
  }
  if (problems.length === 0) return loaded;
  const lines = problems.map((problem) => `  ${problem}`);
  // The names are those of a file.
  throw new Error(
    printable(
      `${optimizer}.loadStateDict: the state does not fit this optimizer; nothing was loaded.\n${lines.join('\n')}`,
    ),
  );
}

/**
 * Reads the state of one variable; `step` and `tensors` are only to be used where there is no
 * problem.
 */
export function readVariableState<G extends Group>(
  { stateKeys, isRequired, shapeOf }: Pick<Comparison<G>, 'stateKeys' | 'isRequired' | 'shapeOf'>,
  { key, given, variable, group }: { key: string; given: VariableState; variable: Variable; group: G },
): LoadedState & { problems: string[] } {
  if (!isRecord(given))
    return { step: 0, tensors: [], problems: [expected(key, 'the state', given, '{ step, … }')] };
  const { step, ...values } = given;
  const problems = problemsOf(() => checkInteger(key, 'step', step));
  const missing = stateKeys.filter((name) => isRequired(name, variable) && !(name in values));
  if (missing.length > 0) problems.push(`${key}: missing: ${missing.join(', ')}`);
  const tensors = Object.entries(values).flatMap(([name, value]) => {
    if (!stateKeys.includes(name)) {
      problems.push(`${key}: ${show(name)} is no state of this optimizer; expected ${stateKeys.join(', ')}.`);
      return [];
    }
    const shape = shapeOf(name, variable, group);
    const found = problemsOf(() => checkStateTensor(key, name, value, shape, variable));
    problems.push(...found);
    if (found.length > 0 || typeof value === 'number') return [];
    const saved = value instanceof Float64Array ? value : Float32Array.from(value.dataSync());
    return [[name, { values: saved, shape }] as const];
  });
  return { step, tensors, problems };
}

/** The keys of all variables that a state names; none where it is no state. */
export function variablesIn(state: unknown): string[] {
  if (!isState(state)) return [];
  return state.paramGroups.flatMap((group) =>
    isRecord(group) && Array.isArray(group.params) ? group.params : [],
  );
}

function isState(state: unknown): state is OptimizerState {
  return isRecord(state) && isRecord(state['state']) && Array.isArray(state['paramGroups']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyProblems(where: string, given: readonly string[], own: readonly string[]): string[] {
  if (!Array.isArray(given)) return [expected('state', `${where}.params`, given, 'an array of paths')];
  const missing = without(own, given);
  const unexpected = without(given, own);
  return [
    ...(missing.length > 0 ? [`${where}: missing: ${missing.join(', ')}`] : []),
    ...(unexpected.length > 0 ? [`${where}: unexpected: ${unexpected.join(', ')}`] : []),
  ];
}

/** The keys that are not among others. */
function without(keys: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return keys.filter((key) => !known.has(key));
}

function unknownKeys(given: readonly string[], own: readonly string[]): string[] {
  const unknown = without(given, own);
  return unknown.length > 0
    ? [`state of what is not a variable of this optimizer: ${unknown.join(', ')}`]
    : [];
}

function rateProblems(i: number, rate: unknown, { learningRate }: Pick<Group, 'learningRate'>): string[] {
  const scheduled = typeof learningRate === 'function';
  if (rate === null) {
    if (scheduled) return [];
    return [
      `paramGroups[${i}]: saved with a schedule, which a state cannot hold; set learningRate to it first`,
    ];
  }
  const problems = problemsOf(() => checkNumber(`paramGroups[${i}]`, 'learningRate', rate, { min: 0 }));
  if (problems.length > 0) return problems;
  if (!scheduled) return [];
  return [
    `paramGroups[${i}]: saved with the rate ${rate}, this optimizer has a schedule; set learningRate to a number first`,
  ];
}

function checkStateTensor(
  key: string,
  name: string,
  value: unknown,
  shape: readonly number[],
  variable: Variable,
): asserts value is Tensor | Float64Array {
  const whose = isSameShape(shape, variable.shape) ? 'that of the variable' : `that of ${name}`;
  if (!(value instanceof Float64Array)) {
    checkFloat32(key, name, value);
    checkTensorShape(key, name, value, shape, whose);
    return;
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (value.length === size) return;
  throw new RangeError(
    expected(key, name, value, `${size} elements, for the shape ${showShape(shape)}, ${whose}`),
  );
}
