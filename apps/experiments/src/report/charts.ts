import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { BINS } from '../activations.js';
import type { RunResult } from '../results.js';

/** Six hues that stay apart for color-blind eyes (Okabe and Ito), on light and on dark ground. */
const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#8c8c8c', '#cc79a7'];

const DASHES = [
  [1, 0],
  [7, 5],
  [1, 0],
  [1, 0],
  [7, 5],
  [1, 0],
];

/** Text and lines take the page's own color, so that one picture serves the light and the dark page. */
const THEME = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    tickColor: 'currentColor',
    domainColor: 'currentColor',
    gridColor: 'currentColor',
    gridOpacity: 0.12,
    titleFontWeight: 'normal',
  },
  legend: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    labelFontSize: 12,
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    labelLimit: 300,
  },
  header: { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 12 },
  title: { color: 'currentColor', fontWeight: 'normal' },
} as const;

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
  return render({
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

/** The activation histograms: a row for each method, a column for each tanh layer. */
export async function activationChart(results: readonly RunResult[]): Promise<string> {
  const layers =
    results[0]?.activations.map((each, index) => `layer ${index + 1} (${each.units} units)`) ?? [];
  const titles = results.map((result) => result.run.title);
  const width = 2 / BINS;
  const values = results.flatMap(({ run, activations }) =>
    activations.flatMap(({ counts }, index) => {
      const total = counts.reduce((sum, count) => sum + count, 0);
      return counts.map((count, bin) => ({
        run: run.title,
        layer: layers[index],
        from: -1 + bin * width,
        to: -1 + (bin + 1) * width,
        share: count / total,
      }));
    }),
  );
  return render({
    data: { values },
    facet: {
      row: {
        field: 'run',
        type: 'nominal',
        sort: titles,
        title: null,
        header: { labelOrient: 'top', labelAnchor: 'start', labelPadding: 2 },
      },
      column: { field: 'layer', type: 'nominal', sort: layers, title: null },
    },
    spacing: { row: 14, column: 18 },
    // Each panel has its own height: a layer that has collapsed to 0 would flatten all others.
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 200,
      height: 84,
      mark: { type: 'bar', binSpacing: 0 },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          bin: { binned: true, step: width },
          scale: { domain: [-1, 1] },
          axis: { title: null, values: [-1, -0.5, 0, 0.5, 1] },
        },
        x2: { field: 'to' },
        y: { field: 'share', type: 'quantitative', axis: { title: null, tickCount: 3, format: '.2~%' } },
        color: { field: 'run', type: 'nominal', scale: { domain: titles, range: PALETTE }, legend: null },
      },
    },
    config: THEME,
  });
}

async function render(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The mean of each value and up to `window - 1` before it. */
function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, index) => {
    sum += value - (index >= window ? (values[index - window] ?? 0) : 0);
    return sum / Math.min(index + 1, window);
  });
}
