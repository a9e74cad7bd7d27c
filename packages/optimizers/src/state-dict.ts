import { type serialization, Tensor, type Variable } from '@tensorflow/tfjs-core';
import { describeValue } from './describe.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { ResolvedGroup } from './parameter-groups.js';
import type { ParameterState, ScaledTensor } from './parameter-state.js';

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
interface Expected<Hyper> {
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
  step?: number;
  tensors: readonly (readonly [key: string, value: ScaledTensor])[];
}

/** What a state says of each group and each variable. */
interface Loaded<Hyper> {
  iterations: number;
  groups: { group: ResolvedGroup<Hyper>; config: serialization.ConfigDict; learningRate: number | null }[];
  states: Map<Variable, LoadedState>;
}

/** Checks all of a state and says what to load; one error names everything that does not fit. */
export function readState<Hyper extends Hyperparameters>(expected: Expected<Hyper>): Loaded<Hyper> {
  const { optimizer, state, groups, keyOf, stateKeys, requiredKeys, checks } = expected;
  if (!isState(state)) {
    throw new TypeError(
      `${optimizer}.loadStateDict: a state is { iterations, state, paramGroups }, as stateDict() gives it; ` +
        `received ${describeValue(state)}.`,
    );
  }
  const problems: string[] = [];
  if (!isCount(state.iterations))
    problems.push(`iterations is ${describeValue(state.iterations)}, not a count`);
  if (state.paramGroups.length !== groups.length) {
    problems.push(`${state.paramGroups.length} groups, this optimizer has ${groups.length}`);
  }
  const loaded: Loaded<Hyper> = { iterations: state.iterations, groups: [], states: new Map() };
  for (const [i, group] of groups.entries()) {
    const given = state.paramGroups[i];
    if (given === undefined) continue;
    if (!isRecord(given)) {
      problems.push(`paramGroups[${i}] is ${describeValue(given)}, not a group { params, learningRate, … }`);
      continue;
    }
    const { params, learningRate, ...config } = given;
    const keys = group.params.map(keyOf);
    problems.push(...keyProblems(`paramGroups[${i}]`, params, keys), ...rateProblems(i, learningRate, group));
    problems.push(...checks(`paramGroups[${i}]`, group, config).flatMap(messageOf));
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
      problems.push(`${key}: the state is ${describeValue(given)}, not { step, … }`);
      continue;
    }
    const { step, ...others } = given;
    if (!isCount(step)) problems.push(`${key}: step is ${describeValue(step)}, not a count`);
    const { tensors, scales } = splitScales(others);
    problems.push(...scaleProblems(scales, tensors).map((problem) => `${key}: ${problem}`));
    const missing = requiredKeys.filter((name) => !(name in tensors));
    if (missing.length > 0) problems.push(`${key}: missing: ${missing.join(', ')}`);
    const kept = Object.entries(tensors).flatMap(([name, value]) => {
      const wrong = misfit(name, value, variable, stateKeys);
      if (wrong !== null) problems.push(`${key}: ${wrong}`);
      return value instanceof Tensor
        ? [[name, { tensor: value, scale: Number(scales[name] ?? 1) }] as const]
        : [];
    });
    loaded.states.set(variable, { step, tensors: kept });
  }
  if (problems.length === 0) return loaded;
  throw new Error(
    `${optimizer}.loadStateDict: the state does not fit this optimizer; nothing was loaded.\n` +
      problems.map((problem) => `  ${problem}`).join('\n'),
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

function scaleProblems(scales: Readonly<Record<string, unknown>>, tensors: object): string[] {
  return Object.entries(scales).flatMap(([key, scale]) => {
    if (!(key in tensors)) return [`'${key}${SCALE}' is the scale of nothing`];
    if (typeof scale === 'number' && Number.isFinite(scale) && scale > 0) return [];
    return [`${key}${SCALE} is ${describeValue(scale)}, not a number above 0`];
  });
}

function isState(state: unknown): state is OptimizerState {
  return isRecord(state) && isRecord(state['state']) && Array.isArray(state['paramGroups']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function messageOf(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function keyProblems(where: string, given: readonly string[], own: readonly string[]): string[] {
  if (!Array.isArray(given)) return [`${where}.params is ${describeValue(given)}, not a list of paths`];
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
  if (typeof rate !== 'number' || !(Number.isFinite(rate) && rate >= 0)) {
    return [`paramGroups[${i}]: learningRate is ${describeValue(rate)}, not a number of at least 0`];
  }
  if (!scheduled) return [];
  return [
    `paramGroups[${i}]: saved with the rate ${rate}, this optimizer has a schedule; set learningRate to a number first`,
  ];
}

function misfit(name: string, value: unknown, { shape }: Variable, known: readonly string[]): string | null {
  if (!known.includes(name)) return `'${name}' is no state of this optimizer; it keeps ${known.join(', ')}`;
  if (!(value instanceof Tensor)) return `${name} is ${describeValue(value)}, not a tensor`;
  if (value.isDisposed) return `${name} is disposed`;
  const expected = `float32 [${shape.join(', ')}]`;
  const received = `${value.dtype} [${value.shape.join(', ')}]`;
  return received === expected ? null : `${name} is ${received}, the variable is ${expected}`;
}
