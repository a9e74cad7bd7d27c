import { type serialization, Tensor, type Variable } from '@tensorflow/tfjs-core';
import { checkInteger, checkNumber, expected, printable, show } from '@trainkit/checks';
import { checkFloat32, checkTensorShape } from '@trainkit/checks/tensor';
import type { Hyperparameters } from './hyperparameters.js';
import type { ResolvedGroup } from './parameter-groups.js';
import type { ParameterState, ScaledTensor } from './parameter-state.js';
import { problemsOf } from './problems.js';

/** The state of one variable: its number of updates, and tensors of its shape under PyTorch's keys. */
export interface VariableState {
  /** The number of updates that the variable has had. */
  step: number;
  /**
   * `exp_avg`, `exp_avg_sq`, `max_exp_avg_sq` or `momentum_buffer`, tensors. On tfjs-node Adam's are a little off
   * PyTorch's (1e-5), so that TensorFlow's own op can update them; `exp_avg_sq_scale` is what this is a multiple by, for
   * each that is not 1. Divided by that they are PyTorch's; loaded with it they are the same to the last bit.
   */
  [key: string]: Tensor | number;
}

/** What comes behind a tensor's key in the key of its scale. */
const SCALE = '_scale';

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

/** What {@link writeState} looks at. */
interface Written<Hyper> {
  iterations: number;
  groups: readonly ResolvedGroup<Hyper>[];
  keyOf: (variable: Variable) => string;
  stateOf: (variable: Variable) => ParameterState | undefined;
  configOf: (group: ResolvedGroup<Hyper>) => serialization.ConfigDict;
}

export function writeState<Hyper extends Hyperparameters>(written: Written<Hyper>): OptimizerState {
  const { iterations, groups, keyOf, stateOf, configOf } = written;
  const state: Record<string, VariableState> = {};
  for (const variable of groups.flatMap(({ params }) => params)) {
    const kept = stateOf(variable);
    if (kept === undefined) continue;
    const entries = kept.entries();
    const scales = entries.flatMap(([key, { scale }]) => (scale === 1 ? [] : [[`${key}${SCALE}`, scale]]));
    state[keyOf(variable)] = {
      step: kept.step,
      ...Object.fromEntries(entries.map(([key, { tensor }]) => [key, tensor])),
      ...Object.fromEntries(scales),
    };
  }
  const paramGroups = groups.map((group) => ({
    params: group.params.map(keyOf),
    ...configOf(group),
    learningRate: typeof group.learningRate === 'function' ? null : group.learningRate,
  }));
  return { iterations, state, paramGroups };
}

/** What {@link readState} compares a state with. */
interface Comparison<Hyper> {
  optimizer: string;
  state: OptimizerState;
  groups: readonly ResolvedGroup<Hyper>[];
  keyOf: (variable: Variable) => string;
  stateKeys: readonly string[];
  requiredKeys: readonly string[];
  /** What throws where an option is not allowed. */
  checks: (where: string, group: ResolvedGroup<Hyper>, config: serialization.ConfigDict) => (() => void)[];
}

/** The state of one variable as it is to be loaded; without a step it starts afresh. */
interface LoadedState {
  step?: number | undefined;
  tensors: readonly (readonly [key: string, value: ScaledTensor])[];
}

/** What a state says of each group and each variable. */
interface Loaded<Hyper> {
  iterations: number;
  groups: { group: ResolvedGroup<Hyper>; config: serialization.ConfigDict; learningRate: number | null }[];
  states: Map<Variable, LoadedState>;
}

/** Checks all of a state and says what to load; one error names everything that does not fit. */
export function readState<Hyper extends Hyperparameters>(comparison: Comparison<Hyper>): Loaded<Hyper> {
  const { optimizer, state, groups, keyOf, stateKeys, requiredKeys, checks } = comparison;
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
  const loaded: Loaded<Hyper> = { iterations: state.iterations, groups: [], states: new Map() };
  for (const [i, group] of groups.entries()) {
    const given = state.paramGroups[i];
    if (given === undefined) continue;
    if (!isRecord(given)) {
      problems.push(expected('state', `paramGroups[${i}]`, given, 'a group { params, learningRate, … }'));
      continue;
    }
    const { params, learningRate, ...config } = given;
    const keys = group.params.map(keyOf);
    problems.push(...keyProblems(`paramGroups[${i}]`, params, keys), ...rateProblems(i, learningRate, group));
    problems.push(...problemsOf(...checks(`paramGroups[${i}]`, group, config)));
    loaded.groups.push({ group, config, learningRate });
  }
  const variables = groups.flatMap(({ params }) => params);
  problems.push(...unknownKeys(Object.keys(state.state), variables.map(keyOf)));
  for (const variable of variables) {
    const key = keyOf(variable);
    const given = Object.hasOwn(state.state, key) ? state.state[key] : undefined;
    if (given === undefined) {
      loaded.states.set(variable, { tensors: [] });
      continue;
    }
    if (!isRecord(given)) {
      problems.push(expected(key, 'the state', given, '{ step, … }'));
      continue;
    }
    const { step, ...others } = given;
    problems.push(...problemsOf(() => checkInteger(key, 'step', step)));
    const { tensors, scales } = splitScales(others);
    problems.push(...scaleProblems(key, scales, tensors));
    const missing = requiredKeys.filter((name) => !(name in tensors));
    if (missing.length > 0) problems.push(`${key}: missing: ${missing.join(', ')}`);
    const kept = Object.entries(tensors).flatMap(([name, value]) => {
      problems.push(...problemsOf(() => checkStateTensor(key, name, value, variable, stateKeys)));
      return value instanceof Tensor
        ? [[name, { tensor: value, scale: Number(scales[name] ?? 1) }] as const]
        : [];
    });
    loaded.states.set(variable, { step, tensors: kept });
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

/** The keys of all variables that a state names; none where it is no state. */
export function variablesIn(state: unknown): string[] {
  if (!isState(state)) return [];
  return state.paramGroups.flatMap((group) =>
    isRecord(group) && Array.isArray(group.params) ? group.params : [],
  );
}

/** The entries of a state by what they are; the scales by the keys of what they scale. */
export function splitScales<T>(entries: Readonly<Record<string, T>>): {
  tensors: Record<string, T>;
  scales: Record<string, T>;
} {
  const all = Object.entries(entries);
  const named = all.flatMap(([key, value]) =>
    key.endsWith(SCALE) ? [[key.slice(0, -SCALE.length), value] as const] : [],
  );
  return {
    tensors: Object.fromEntries(all.filter(([key]) => !key.endsWith(SCALE))),
    scales: Object.fromEntries(named),
  };
}

function scaleProblems(key: string, scales: Readonly<Record<string, unknown>>, tensors: object): string[] {
  return Object.entries(scales).flatMap(([name, scale]) => {
    if (!(name in tensors)) return [`${key}: ${name}${SCALE} is the scale of nothing`];
    return problemsOf(() => checkNumber(key, `${name}${SCALE}`, scale, { above: 0 }));
  });
}

function isState(state: unknown): state is OptimizerState {
  return isRecord(state) && isRecord(state['state']) && Array.isArray(state['paramGroups']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyProblems(where: string, given: readonly string[], own: readonly string[]): string[] {
  if (!Array.isArray(given)) return [expected('state', `${where}.params`, given, 'an array of paths')];
  const missing = own.filter((key) => !given.includes(key));
  const unexpected = given.filter((key) => !own.includes(key));
  return [
    ...(missing.length > 0 ? [`${where}: missing: ${missing.join(', ')}`] : []),
    ...(unexpected.length > 0 ? [`${where}: unexpected: ${unexpected.join(', ')}`] : []),
  ];
}

function unknownKeys(given: readonly string[], own: readonly string[]): string[] {
  const unknown = given.filter((key) => !own.includes(key));
  return unknown.length > 0
    ? [`state of what is not a variable of this optimizer: ${unknown.join(', ')}`]
    : [];
}

function rateProblems(i: number, rate: unknown, { learningRate }: Hyperparameters): string[] {
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
  { shape }: Variable,
  known: readonly string[],
): void {
  if (!known.includes(name))
    throw new TypeError(`${key}: ${show(name)} is no state of this optimizer; expected ${known.join(', ')}.`);
  checkFloat32(key, name, value);
  checkTensorShape(key, name, value, shape, 'that of the variable');
}
