import type { RunResult } from '../run-result.js';
import { PALETTE, renderChart, THEME } from './chart.js';

const DASHES = [
  [1, 0],
  [7, 5],
  [1, 0],
  [1, 0],
  [7, 5],
  [1, 0],
];

/** The train losses of all runs in one picture: thin the loss of every step, thick its running mean. */
export async function lossChart(results: readonly RunResult[]): Promise<string> {
  const titles = results.map((result) => result.run.title);
  const values = results.flatMap(({ run, metrics }) => {
    const losses = metrics.train.map((line) => line.train_loss);
    const smooth = runningMean(losses, Math.max(1, Math.round(losses.length / 40)));
    // Every 10th step, as the notebook records it, and at most some hundred points a curve.
    const stride = Math.max(1, Math.min(10, Math.floor(losses.length / 20)));
    return losses.flatMap((loss, index) =>
      index % stride === 0 || index === losses.length - 1
        ? [{ step: index + 1, run: run.title, loss, smooth: smooth[index] }]
        : [],
    );
  });
  // Runs that lie on each other (Zero on Xavier x0.1, the two Xaviers) stay visible through the gaps.
  const strokeDash = {
    field: 'run',
    type: 'nominal',
    scale: { domain: titles, range: titles.map((_, index) => DASHES[index % DASHES.length] ?? []) },
    title: null,
  } as const;
  const color = {
    field: 'run',
    type: 'nominal',
    scale: { domain: titles, range: PALETTE },
    title: null,
  } as const;
  const x = { field: 'step', type: 'quantitative', title: 'step', scale: { nice: false } } as const;
  const y = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: 'train loss (logarithmic)',
      scale: { type: 'log', nice: false },
    }) as const;
  return renderChart({
    width: 760,
    height: 380,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 1, opacity: 0.3 }, encoding: { x, y: y('loss'), color } },
      { mark: { type: 'line', strokeWidth: 2.5 }, encoding: { x, y: y('smooth'), color, strokeDash } },
    ],
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom', columns: 3 } },
  });
}

/** The mean of each value and up to `window - 1` before it. */
function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, index) => {
    sum += value - (index >= window ? (values[index - window] ?? 0) : 0);
    return sum / Math.min(index + 1, window);
  });
}
