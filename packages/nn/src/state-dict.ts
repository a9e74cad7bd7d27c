import { Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/random';
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

/** Copies `state` into `variables`, all or, where it throws, none. */
export function loadVariables(
  model: string,
  variables: readonly Named<Variable>[],
  state: StateDict,
  strict: boolean,
): LoadReport {
  // A Map would pass for a state of nothing.
  if (typeof state !== 'object' || state === null || state instanceof Map || Array.isArray(state)) {
    const hint = state instanceof Map ? ' Write Object.fromEntries(map).' : '';
    throw new TypeError(
      `loadStateDict: a state is an object of tensors by path; received ${show(state)}.${hint}`,
    );
  }
  const known = new Set(variables.map(([path]) => path));
  const given = new Map(Object.entries(state).filter(([, value]) => value !== undefined));
  const missing = [...known].filter((path) => !given.has(path));
  const unexpected = [...given.keys()].filter((path) => !known.has(path));
  const loads = variables.flatMap(([path, variable]) => {
    const value = given.get(path);
    return value === undefined ? [] : [{ path, variable, value }];
  });
  const misfits = loads.flatMap(({ path, variable, value }) => misfit(path, variable, value));

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
      `loadStateDict: the state does not fit this ${model}; nothing was loaded.\n` +
        problems.map((problem) => `  ${problem}`).join('\n') +
        advice,
    );
  }
  // Read all before any is assigned: a tensor that cannot be read leaves the model as it was.
  const copies = loads.map(({ value }) => value.dataSync().slice());
  for (const [i, { variable }] of loads.entries()) {
    // True copies: clones would share the data, also with what lives on another backend.
    const copy = tensor(copies[i]!, variable.shape, variable.dtype);
    variable.assign(copy);
    copy.dispose();
  }
  return { missing, unexpected };
}

function misfit(path: string, variable: Variable, value: Tensor): string[] {
  if (!(value instanceof Tensor)) return [`not a tensor: ${path}; write tf.tensor(…)`];
  if (value.isDisposed) return [`disposed: ${path}; dispose the state after it was loaded`];
  if (variable.isDisposed) return [`disposed: ${path} of the model itself; load before model.dispose()`];
  const expected = `${variable.dtype} [${variable.shape.join(', ')}]`;
  const received = `${value.dtype} [${value.shape.join(', ')}]`;
  return expected === received ? [] : [`misshapen: ${path} is ${received}, the model's is ${expected}`];
}
