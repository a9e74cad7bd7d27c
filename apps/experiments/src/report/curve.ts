import type { Evaluation } from '../figures/figures.js';
import type { Metrics } from '../figures/metrics.js';

/** One run in a chart of several. */
export interface Curve {
  /** Its name in the legend. */
  title: string;
  metrics: Metrics;
  /** PyTorch's evaluations of the same run and seed; empty if there are none. */
  pytorch: readonly Evaluation[];
}

/** The part of a finished run that its curve shows. */
interface CurveSource {
  run: { title: string };
  metrics: Metrics;
  pytorch: { sameSeed: { evaluations?: readonly Evaluation[] | undefined } | null } | null;
}

/** The curve of a finished run. */
export function curveOf({ run, metrics, pytorch }: CurveSource): Curve {
  return { title: run.title, metrics, pytorch: pytorch?.sameSeed?.evaluations ?? [] };
}

/** Returns the titles of a legend, in order, each with a color of its own. */
export function titlesOf(curves: readonly Curve[]): string[] {
  return curves.map(({ title }) => title);
}
