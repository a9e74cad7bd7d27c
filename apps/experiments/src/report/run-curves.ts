import type { Curve } from './curve.js';
import type { RunRecord } from './records.js';

/** Returns the curves of some runs, with PyTorch's evaluations of the same seed. */
export function curvesOf(runs: readonly RunRecord[]): Curve[] {
  return runs.map(({ title, curve, evaluations, pytorch }) => ({
    title,
    curve,
    evaluations,
    pytorch: pytorch?.sameSeed?.evaluations ?? [],
  }));
}
