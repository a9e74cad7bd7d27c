import { runningMean, smoothingWindow } from '../figures/statistics.js';
import { logAxis, PALETTE, renderChart, THEME } from './chart.js';
import { type Curve, titlesOf } from './curve.js';

const DASHES = [
  [1, 0],
  [7, 5],
  [1, 0],
  [1, 0],
  [7, 5],
  [1, 0],
];

/** Options of {@link lossChart}. */
export interface LossChartOptions {
  /**
   * True if some curves may overlap; they are dashed so that all remain visible. Default: false.
   */
  overlapping?: boolean;
}

/**
 * Draws the train losses of all runs in one chart: thin the loss of every step, thick its running
 * mean.
 */
export async function lossChart(
  curves: readonly Curve[],
  { overlapping = false }: LossChartOptions = {},
): Promise<string> {
  return trainChart(curves, {
    overlapping,
    of: (line) => line.train_loss,
    axis: 'train loss (logarithmic)',
    scale: 'log',
  });
}

/** Draws the train accuracies in the same way. */
export async function trainAccuracyChart(curves: readonly Curve[]): Promise<string> {
  return trainChart(curves, { of: (line) => line.train_accuracy, axis: 'train accuracy', scale: 'linear' });
}

/** The part of the training steps that is drawn. */
interface TrainChartOptions {
  of: (line: Curve['metrics']['train'][number]) => number;
  axis: string;
  scale: 'log' | 'linear';
  overlapping?: boolean;
}

function trainChart(
  curves: readonly Curve[],
  { of, axis, scale, overlapping }: TrainChartOptions,
): Promise<string> {
  const titles = titlesOf(curves);
  // A logarithmic axis cannot show 0, and a single 0 would flatten the whole curve.
  const shown = (value: number) => (scale === 'log' && value <= 0 ? null : value);
  const values = curves.flatMap(({ title, metrics }) => {
    const raw = metrics.train.map(of);
    const smooth = runningMean(raw, smoothingWindow(raw.length));
    // Every 10th step, as in the notebook; in short runs every step.
    const stride = Math.max(1, Math.min(10, Math.floor(raw.length / 140)));
    return raw.flatMap((value, index) =>
      index % stride === 0 || index === raw.length - 1
        ? [{ step: index + 1, run: title, value: shown(value), smooth: shown(smooth[index] ?? 0) }]
        : [],
    );
  });
  const placing =
    scale === 'log'
      ? ({
          scale: { type: 'log', nice: false },
          axis: logAxis(values.flatMap(({ value }) => value ?? [])),
        } as const)
      : ({ scale: { zero: false } } as const);
  // Overlapping runs (Zero and Xavier x0.1, the two Xaviers) stay visible through the gaps.
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
      title: axis,
      ...placing,
    }) as const;
  return renderChart({
    width: 760,
    height: 380,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 1, opacity: 0.3 }, encoding: { x, y: y('value'), color } },
      {
        mark: { type: 'line', strokeWidth: 2.5 },
        encoding: { x, y: y('smooth'), color, ...(overlapping && { strokeDash }) },
      },
    ],
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom', columns: overlapping ? 3 : 4 } },
  });
}
