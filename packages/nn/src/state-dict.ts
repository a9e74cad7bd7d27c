import { Tensor, type TypedArray, tensor, type Variable } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import type { Named } from './tree.js';

/** Tensors by path: what `stateDict()` returns, or what was read from a file. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** What a load that is not strict left out. */
export interface LoadReport {
  /** Names that the model has and the state did not. */
  missing: string[];
  /** Names that the state had and the model has not. */
  unexpected: string[];
}

/** How the entries of a state are checked and read. */
interface Loader<T> {
  /** Who loads, the first word of errors. */
  caller: string;
  /** Why `value` does not fit `variable`, as a line of the report; null where it does. */
  misfit: (path: string, variable: Variable, value: T) => string | null;
  /** The numbers for `variable`, in an array of their own. */
  read: (variable: Variable, value: T) => TypedArray;
}

/** How a state of tensors is loaded. */
export const tensors: Loader<Tensor> = {
  caller: 'loadStateDict',
  misfit: (path, variable, value) => {
    if (!(value instanceof Tensor)) return `not a tensor: ${path}; write tf.tensor(…)`;
    if (value.isDisposed) return `disposed: ${path}; dispose the state after it was loaded`;
    if (variable.isDisposed) return disposedVariable(path);
    const expected = `${variable.dtype} [${variable.shape.join(', ')}]`;
    const received = `${value.dtype} [${value.shape.join(', ')}]`;
    return expected === received ? null : `misshapen: ${path} is ${received}, the model's is ${expected}`;
  },
  // True copies: clones would share the data, also with what lives on another backend.
  read: (_, value) => value.dataSync().slice(),
};

/** Copies `state` into `variables`, all or, where it throws, none. */
export function loadVariables<T>(
  { caller, misfit, read }: Loader<T>,
  model: string,
  variables: readonly Named<Variable>[],
  state: Readonly<Record<string, T>>,
  strict: boolean,
): LoadReport {
  checkState(caller, state);
  const known = new Set(variables.map(([path]) => path));
  const given = new Map(Object.entries(state).filter(([, value]) => value !== undefined));
  const missing = [...known].filter((path) => !given.has(path));
  const unexpected = [...given.keys()].filter((path) => !known.has(path));
  const loads = variables.flatMap(([path, variable]) => {
    const value = given.get(path);
    return value === undefined ? [] : [{ path, variable, value }];
  });
  const misfits = loads
    .map(({ path, variable, value }) => misfit(path, variable, value))
    .filter((problem) => problem !== null);

  const problems = [
    ...(strict && missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(strict && unexpected.length > 0 ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...misfits,
  ];
  if (problems.length > 0) {
    const advice =
      strict && misfits.length === 0
        ? '\nPass { strict: false } to load what matches and leave the rest.'
        : '';
    throw new Error(
      `${caller}: the state does not fit this ${model}; nothing was loaded.\n` +
        problems.map((problem) => `  ${problem}`).join('\n') +
        advice,
    );
  }
  // Read all before any is assigned: a tensor that cannot be read leaves the model as it was.
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

/** A Map would pass for a state of nothing, the bytes of a file for one of millions of entries. */
function checkState(caller: string, state: unknown): void {
  const isOther = state instanceof Map || Array.isArray(state) || ArrayBuffer.isView(state);
  if (typeof state === 'object' && state !== null && !isOther) return;
  const hint =
    state instanceof Map
      ? 'Write Object.fromEntries(map).'
      : ArrayBuffer.isView(state)
        ? 'Read a file first: decodeSafetensors(bytes).tensors.'
        : '';
  throw new TypeError(expected(caller, 'state', state, 'an object of tensors by path', hint));
}
