import { BINS } from '../../model/activation-statistics.js';
import { PALETTE, renderChart, THEME } from '../../report/chart.js';
import type { RunResult } from '../../runs/run.js';

/** Draws the activation histograms: a row for each method, a column for each tanh layer. */
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
  return renderChart({
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
    // Each panel has its own height, since a layer that has collapsed to 0 would flatten all
    // others.
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
