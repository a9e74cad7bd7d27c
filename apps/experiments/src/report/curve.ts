import type { Evaluation } from '../figures.js';
import type { Metrics } from '../metrics.js';
import type { RunResult } from '../run-result.js';

/** One run in a picture that shows several. */
export interface Curve {
  /** What the legend calls it. */
  title: string;
  metrics: Metrics;
  /** PyTorch's evaluations of the same run and seed; empty where there are none. */
  pytorch: readonly Evaluation[];
}

/** The curve of a finished run. */
export function curveOf({ run, metrics, pytorch }: RunResult): Curve {
  return { title: run.title, metrics, pytorch: pytorch?.sameSeed?.evaluations ?? [] };
}

/** Which runs have a color each: the titles of a legend, in order. */
export function titlesOf(curves: readonly Curve[]): string[] {
  return curves.map(({ title }) => title);
}
