import { Tensor, type TypedArray, tensor, type Variable } from '@tensorflow/tfjs-core';
import {
  checkFlag,
  checkFunction,
  expected,
  isPlain,
  type OptionNames,
  printable,
  show,
} from '@trainkit/checks';
import { headAdvice, listed, namesAdvice } from './state-dict-advice.js';
import type { Named } from './tree.js';

/** Tensors by path: the result of `stateDict()`, or the contents of a file. */
export type StateDict = Readonly<Record<string, Tensor>>;

/**
 * The names that a load left out.
 *
 * It is a type and not an interface, so that a `tf.tidy` may return it.
 */
export type LoadReport = {
  /** Names of the model that the state lacks. */
  missing: string[];
  /** Names of the state that the model lacks. */
  unexpected: string[];
};

/** Options of {@link Module.loadStateDict} and `loadPyTorchStateDict`. */
export interface LoadStateDictOptions {
  /**
   * True to make missing and unexpected names an error, default true. A wrong shape or dtype always
   * is one, and so is a state without any matching entry.
   */
  strict?: boolean | undefined;
  /**
   * The model's name for each name of the state, or null to leave the entry out, default the same
   * name: `(name) => name.replace(/^module\./, '')`.
   */
  rename?: ((name: string) => string | null) | undefined;
}

export const LOAD_STATE_DICT_OPTIONS: OptionNames<LoadStateDictOptions> = { strict: true, rename: true };

/** The checks and the reading of a state's entries. */
interface Loader<T> {
  /** The name of the loading function, the first word of errors. */
  caller: string;
  /** The reason why `value` does not fit `variable`, as a line of the report; null if it fits. */
  mismatch: (path: string, variable: Variable, value: T) => string | null;
  /** The numbers for `variable`, as a new array. */
  read: (variable: Variable, value: T) => TypedArray;
  /** True if a state may lack the variable, which then stays unchanged. Default never. */
  isOptional?: (path: string, variable: Variable) => boolean;
}

/** The loader of a state of tensors. */
export const tensors: Loader<Tensor> = {
  caller: 'loadStateDict',
  mismatch: (path, variable, value) => {
    if (!(value instanceof Tensor)) {
      const isPlain = typeof value === 'object' && value !== null && 'data' in value;
      return `not a tensor: ${path}; ${isPlain ? 'loadPyTorchStateDict takes { dtype, shape, data }' : 'write tf.tensor(…)'}`;
    }
    if (value.isDisposed) return `disposed: ${path}; dispose the state after it was loaded`;
    if (variable.isDisposed) return disposedVariable(path);
    const expected = `${variable.dtype} [${variable.shape.join(', ')}]`;
    const received = `${value.dtype} [${value.shape.join(', ')}]`;
    return expected === received ? null : `misshapen: ${path} is ${received}, the model's is ${expected}`;
  },
  // True copies: clones would share the data, also with a tensor on another backend.
  read: (_, value) => value.dataSync().slice(),
};

/** Copies `state` into `variables`; if it throws, none has changed. */
export function loadVariables<T>(
  { caller, mismatch, read, isOptional = () => false }: Loader<T>,
  model: string,
  variables: readonly Named<Variable>[],
  state: Readonly<Record<string, T>>,
  { strict = true, rename }: LoadStateDictOptions,
): LoadReport {
  checkState(caller, state);
  checkFlag(caller, 'strict', strict);
  if (rename !== undefined)
    checkFunction(caller, 'rename', rename, "Write rename: (name) => name.replace('module.', '').");
  const known = new Set(variables.map(([path]) => path));
  checkNesting(caller, state, known);
  const given = renamed(caller, state, rename ?? ((name) => name));
  // One of the paths of a tied weight suffices: files that store each tensor once have no more.
  const loaded = new Set(variables.filter(([path]) => given.has(path)).map(([, variable]) => variable));
  const missing = variables
    .filter(([path, variable]) => !loaded.has(variable) && !isOptional(path, variable))
    .map(([path]) => path);
  const unexpected = [...given.keys()].filter((path) => !known.has(path));
  const loads = variables.flatMap(([path, variable]) => {
    const value = given.get(path);
    return value === undefined ? [] : [{ path, variable, value }];
  });
  const mismatches = loads
    .map(({ path, variable, value }) => mismatch(path, variable, value))
    .filter((problem) => problem !== null);

  const problems = [
    ...(strict && missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(strict && unexpected.length > 0 ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...mismatches,
  ];
  if (problems.length > 0) {
    const advice = [
      ...(strict ? namesAdvice(missing, unexpected, known, rename !== undefined) : []),
      ...(strict && mismatches.length === 0
        ? ['Pass { strict: false } to load what matches and leave the rest.']
        : []),
      ...(problems.length === mismatches.length ? headAdvice(mismatches, known, rename !== undefined) : []),
    ];
    const lines = [...problems.map((problem) => `  ${problem}`), ...advice];
    // The names of the state come from a file.
    throw new Error(
      printable(`${caller}: the state does not fit this ${model}; nothing was loaded.\n${lines.join('\n')}`),
    );
  }
  const count = Object.values(state).filter((value) => value !== undefined).length;
  if (loads.length === 0 && count > 0 && known.size > 0) {
    throw new Error(
      printable(
        [
          `${caller}: nothing of the state fits this ${model}; nothing was loaded.`,
          given.size === 0
            ? `  rename leaves out all ${count} of its names`
            : `  its names${rename === undefined ? '' : ', after rename'}: ${listed(unexpected)}`,
          `  the model's: ${listed([...known])}`,
          ...namesAdvice(missing, unexpected, known, rename !== undefined),
        ].join('\n'),
      ),
    );
  }
  // All are read before any is assigned: a tensor that cannot be read leaves the model unchanged.
  const copies = loads.map(({ variable, value }) => read(variable, value));
  for (const [i, { variable }] of loads.entries()) {
    const copy = tensor(copies[i]!, variable.shape, variable.dtype);
    variable.assign(copy);
    copy.dispose();
  }
  return { missing, unexpected };
}

export function disposedVariable(path: string): string {
  return `disposed: ${path} of the model itself; load before model.dispose()`;
}

/** The entries of a state by the model's names. */
function renamed<T>(
  caller: string,
  state: Readonly<Record<string, T>>,
  rename: (name: string) => string | null,
): Map<string, T> {
  const given = new Map<string, T>();
  const before = new Map<string, string>();
  for (const [name, value] of Object.entries(state)) {
    if (value === undefined) continue;
    const path: unknown = rename(name);
    if (path === null) continue;
    if (typeof path !== 'string') {
      const instead = 'Write null to leave the entry out.';
      throw new TypeError(expected(caller, `rename(${show(name)})`, path, 'a name or null', instead));
    }
    const other = before.get(path);
    if (other !== undefined) {
      throw new RangeError(
        `${caller}: rename gives ${show(other)} and ${show(name)} the same name, ${show(path)}; expected a name of ` +
          'its own for each. Return null for the one that is to be left out.',
      );
    }
    before.set(path, name);
    given.set(path, value);
  }
  return given;
}

/**
 * A Map would look like an empty state, and the bytes of a file like a state of millions of
 * entries.
 */
function checkState(caller: string, state: unknown): void {
  const isOther =
    state instanceof Map ||
    state instanceof Promise ||
    state instanceof Tensor ||
    Array.isArray(state) ||
    ArrayBuffer.isView(state) ||
    state instanceof ArrayBuffer;
  const isOwner = typeof state === 'object' && state !== null && hasStateDict(state);
  if (typeof state === 'object' && state !== null && !isOther && !isOwner && !isDecoded(state)) return;
  throw new TypeError(expected(caller, 'state', state, 'an object of tensors by path', stateAdvice(state)));
}

/**
 * The keys under which training scripts save a model's state, beside an epoch and an optimizer's
 * state.
 */
const STATE_KEYS = ['state_dict', 'model_state_dict', 'model', 'module', 'net', 'network'];

/** Throws for a checkpoint that contains the state: none of its entries would match. */
function checkNesting(
  caller: string,
  state: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): void {
  const nested = Object.keys(state).filter((key) => holdsTensors(state[key]));
  if (nested.length === 0 || Object.keys(state).some((name) => known.has(name))) return;
  const key = STATE_KEYS.find((name) => nested.includes(name)) ?? nested[0]!;
  const access = /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${show(key)}]`;
  throw new TypeError(
    `${caller}: state has the entries ${listed(Object.keys(state))}; expected an object of tensors by path. ` +
      `Pass checkpoint${access}.`,
  );
}

function holdsTensors(value: unknown): boolean {
  return isPlain(value) && !isTensorLike(value) && Object.values<unknown>(value).some(isTensorLike);
}

/** True for a tensor, or for `{ dtype, shape, data }` from a file. */
function isTensorLike(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;
}

function stateAdvice(state: unknown): string {
  if (state instanceof Map) return 'Write Object.fromEntries(map).';
  if (state instanceof Promise) return 'Write await before it.';
  if (ArrayBuffer.isView(state) || state instanceof ArrayBuffer)
    return 'Read a file first: decodeSafetensors(bytes).tensors.';
  if (typeof state === 'function') return 'Write stateDict(), with its brackets.';
  if (typeof state !== 'object' || state === null) return '';
  if (hasStateDict(state)) return 'Write other.stateDict() for the state of another module.';
  return isDecoded(state) ? 'Write decodeSafetensors(bytes).tensors.' : '';
}

function hasStateDict(state: object): boolean {
  return 'stateDict' in state && typeof state.stateDict === 'function';
}

/** True for the whole result of `decodeSafetensors`, whose `tensors` should have been passed. */
function isDecoded(state: object): boolean {
  if (!('tensors' in state && 'metadata' in state) || Object.keys(state).length !== 2) return false;
  const { tensors: within } = state;
  return typeof within === 'object' && within !== null && !(within instanceof Tensor) && !('dtype' in within);
}
