import { addScaled, dot, scale } from './vector.js';

/** The state of LBFGS between two steps, by PyTorch's keys. */
export interface LBFGSHistory {
  /** Evaluations of the loss so far. */
  func_evals: number;
  /** Iterations so far. */
  n_iter: number;
  /** The direction of the last iteration. */
  d: Float64Array;
  /** The length of its step. */
  t: number;
  /** The last changes of the gradient. */
  old_dirs: readonly Float64Array[];
  /** The changes of the parameters that they belong to. */
  old_stps: readonly Float64Array[];
  /** 1 / (change of the gradient · change of the parameters) of each. */
  ro: readonly number[];
  /** The scale of the first approximation of the inverse Hessian. */
  H_diag: number;
  /** The gradient before the last step. */
  prev_flat_grad: Float64Array;
  /** The loss before the last step. */
  prev_loss: number;
}

/** The history before the first step. */
export const NO_HISTORY: LBFGSHistory = {
  func_evals: 0,
  n_iter: 0,
  d: new Float64Array(0),
  t: 0,
  old_dirs: [],
  old_stps: [],
  ro: [],
  H_diag: 1,
  prev_flat_grad: new Float64Array(0),
  prev_loss: 0,
};

/**
 * Returns the history with the last step, whose gradient is the given one; a step along which the
 * slope falls is left out.
 */
export function withStep(history: LBFGSHistory, gradient: Float64Array, historySize: number): LBFGSHistory {
  const change = addScaled(gradient, -1, history.prev_flat_grad);
  const step = scale(history.t, history.d);
  const product = dot(change, step);
  if (!(product > 1e-10)) return history;
  const last = <T>(list: readonly T[], value: T) => [...list, value].slice(-historySize);
  return {
    ...history,
    old_dirs: last(history.old_dirs, change),
    old_stps: last(history.old_stps, step),
    ro: last(history.ro, 1 / product),
    H_diag: product / dot(change, change),
  };
}

/**
 * Returns minus the gradient times the approximation of the inverse Hessian: the two-loop
 * recursion.
 */
export function direction(
  { old_dirs, old_stps, ro, H_diag }: LBFGSHistory,
  gradient: Float64Array,
): Float64Array {
  const pairs = old_dirs.map((change, i) => ({
    change,
    step: old_stps[i] ?? change,
    rho: ro[i] ?? 0,
    alpha: 0,
  }));
  let result = scale(-1, gradient);
  for (const pair of [...pairs].reverse()) {
    pair.alpha = dot(pair.step, result) * pair.rho;
    result = addScaled(result, -pair.alpha, pair.change);
  }
  result = scale(H_diag, result);
  for (const { change, step, rho, alpha } of pairs) {
    result = addScaled(result, alpha - dot(change, result) * rho, step);
  }
  return result;
}
