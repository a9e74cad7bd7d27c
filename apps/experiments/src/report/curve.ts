import type { Evaluation } from '../figures/figures.js';
import type { Metrics } from '../figures/metrics.js';

/** One run in a picture that shows several. */
export interface Curve {
  /** What the legend calls it. */
  title: string;
  metrics: Metrics;
  /** PyTorch's evaluations of the same run and seed; empty where there are none. */
  pytorch: readonly Evaluation[];
}

/** What of a finished run its curve shows. */
interface CurveSource {
  run: { title: string };
  metrics: Metrics;
  pytorch: { sameSeed: { evaluations?: readonly Evaluation[] | undefined } | null } | null;
}

/** The curve of a finished run. */
export function curveOf({ run, metrics, pytorch }: CurveSource): Curve {
  return { title: run.title, metrics, pytorch: pytorch?.sameSeed?.evaluations ?? [] };
}

/** Which runs have a color each: the titles of a legend, in order. */
export function titlesOf(curves: readonly Curve[]): string[] {
  return curves.map(({ title }) => title);
}
