import type { serialization } from '@tensorflow/tfjs-core';
import { checkInteger, checkNumber, checkOptions, expected } from '@trainkit/checks';
import type { AnyOptionTable } from '../option-rules.js';
import { problemsOf } from '../problems.js';
import type { LBFGSHistory } from './history.js';

/** All that LBFGS needs to go on: what `stateDict()` returns and `loadStateDict` takes. */
export interface LBFGSState {
  /** The number of steps so far. */
  iterations: number;
  /** PyTorch's state; vectors are float64, of all variables in their order. */
  state: LBFGSHistory;
  /** The options, and the keys of the variables. */
  paramGroups: readonly [LBFGSGroupState];
}

/** The options of LBFGS, and the keys of its variables. */
export interface LBFGSGroupState {
  /** The paths or the numbers of the variables. */
  params: string[];
  /** The options, by their names. */
  [option: string]: serialization.ConfigDictValue;
}

/** The optimizer that {@link readLBFGSState} compares a state with. */
interface Compared {
  keys: readonly string[];
  /** The number of elements of all variables. */
  size: number;
  table: AnyOptionTable;
}

/**
 * Checks all of a state and returns copies of what is to be loaded; one error names everything that
 * does not fit.
 */
export function readLBFGSState(
  state: LBFGSState,
  { keys, size, table }: Compared,
): { iterations: number; history: LBFGSHistory; options: object } {
  const given: unknown = state;
  if (!isRecord(given)) throw notState(given);
  const { iterations, state: history, paramGroups } = given;
  const group: unknown = Array.isArray(paramGroups) && paramGroups.length === 1 ? paramGroups[0] : undefined;
  const problems = problemsOf(
    () => checkInteger('state', 'iterations', iterations),
    () => checkHistory(history, size),
    () => {
      if (!isRecord(group)) throw new TypeError(expected('state', 'paramGroups', paramGroups, 'one group'));
      const { params, ...options } = group;
      if (!Array.isArray(params) || params.join() !== keys.join()) {
        throw new RangeError(expected('state', 'paramGroups[0].params', params, keys.join(', ')));
      }
      checkOptions<object>('paramGroups[0]', options, table);
      for (const [name, rule] of Object.entries(table)) rule.check('paramGroups[0]', name, options[name]);
    },
  );
  if (problems.length > 0) {
    const lines = problems.map((problem) => `  ${problem}`).join('\n');
    throw new Error(
      `LBFGS.loadStateDict: the state does not fit this optimizer; nothing was loaded.\n${lines}`,
    );
  }
  const [{ params: _, ...options }] = state.paramGroups;
  return { iterations: state.iterations, history: copyHistory(state.state), options };
}

function notState(state: unknown): TypeError {
  const expectation = '{ iterations, state, paramGroups }, as stateDict() returns it';
  return new TypeError(expected('LBFGS.loadStateDict', 'state', state, expectation));
}

function checkHistory(history: unknown, size: number): void {
  if (!isRecord(history)) {
    throw new TypeError(expected('state', 'state', history, 'an object with func_evals, n_iter, d, …'));
  }
  const { n_iter, func_evals, d, t, old_dirs, old_stps, ro, H_diag, prev_flat_grad, prev_loss } = history;
  const products: readonly unknown[] = Array.isArray(ro) ? ro : [];
  const length = n_iter === 0 ? 0 : size;
  const isVector = (value: unknown) => value instanceof Float64Array && value.length === length;
  const problems = problemsOf(
    () => checkInteger('state', 'n_iter', n_iter),
    () => checkInteger('state', 'func_evals', func_evals),
    ...Object.entries({ t, H_diag, prev_loss }).map(
      ([name, value]) =>
        () =>
          checkNumber('state', name, value),
    ),
    ...Object.entries({ d, prev_flat_grad }).map(([name, value]) => () => {
      if (!isVector(value)) throw new TypeError(expected('state', name, value, vectorOf(length)));
    }),
    ...Object.entries({ old_dirs, old_stps }).map(([name, list]) => () => {
      if (!Array.isArray(list) || !list.every(isVector) || list.length !== products.length) {
        throw new TypeError(expected('state', name, list, `a ${vectorOf(length)} for each number of ro`));
      }
    }),
    () => {
      if (!Array.isArray(ro) || !products.every(Number.isFinite)) {
        throw new TypeError(expected('state', 'ro', ro, 'an array of numbers'));
      }
    },
  );
  if (problems.length > 0) throw new TypeError(problems.join('\n  '));
}

function vectorOf(length: number): string {
  return `Float64Array of ${length} elements`;
}

function copyHistory({ old_dirs, old_stps, d, prev_flat_grad, ro, ...numbers }: LBFGSHistory): LBFGSHistory {
  const { func_evals, n_iter, t, H_diag, prev_loss } = numbers;
  return {
    func_evals,
    n_iter,
    d: d.slice(),
    t,
    old_dirs: old_dirs.map((vector) => vector.slice()),
    old_stps: old_stps.map((vector) => vector.slice()),
    ro: [...ro],
    H_diag,
    prev_flat_grad: prev_flat_grad.slice(),
    prev_loss,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
