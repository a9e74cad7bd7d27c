import { PALETTE, renderChart, THEME } from '../../report/chart.js';
import type { Moments } from './dropout-moments.js';

const TICKS = [1, 2, 3, 5, 10, 20];

/** The palette's blue. */
const [MASK_COLOR = 'currentColor'] = PALETTE;

/** Draws masks side by side: blue for a kept value, on light and dark pages. */
export async function dropoutMaskChart(masks: readonly (readonly number[])[]): Promise<string> {
  const size = Math.sqrt(masks[0]?.length ?? 0);
  const values = masks.flatMap((mask, index) =>
    mask.map((kept, position) => ({
      mask: `call ${index + 1}`,
      row: Math.floor(position / size),
      column: position % size,
      kept,
    })),
  );
  const cell = 9;
  return renderChart({
    data: { values },
    facet: { column: { field: 'mask', type: 'nominal', title: null } },
    spacing: 40,
    spec: {
      width: size * cell,
      height: size * cell,
      mark: { type: 'rect' },
      encoding: {
        x: { field: 'column', type: 'ordinal', axis: null },
        y: { field: 'row', type: 'ordinal', axis: null },
        color: { value: MASK_COLOR },
        opacity: {
          field: 'kept',
          type: 'quantitative',
          scale: { domain: [0, 1], range: [0.08, 1] },
          legend: null,
        },
      },
    },
    config: THEME,
  });
}

/** Draws mean and variance after dropout, measured and expected, for each p. */
export async function dropoutMomentsChart(moments: readonly Moments[]): Promise<string> {
  const values = moments.flatMap(({ p, mean, variance, expectedMean, expectedVariance }) => [
    { p, moment: 'mean', measured: mean, expected: expectedMean },
    { p, moment: 'variance', measured: variance, expected: expectedVariance },
  ]);
  const curve = Array.from({ length: 91 }, (_, index) => index / 100).flatMap((p) => [
    { p, moment: 'mean', expected: 1 },
    { p, moment: 'variance', expected: (1 + p) / (1 - p) },
  ]);
  const color = {
    field: 'moment',
    type: 'nominal',
    scale: { domain: ['mean', 'variance'], range: PALETTE.slice(0, 2) },
    title: null,
  } as const;
  const x = { field: 'p', type: 'quantitative', title: 'p, the probability of dropping' } as const;
  const y = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: 'logarithmic scale',
      scale: { type: 'log', nice: false },
      // The default ticks have no number above 9.
      axis: { values: TICKS },
    }) as const;
  return renderChart({
    width: 640,
    height: 260,
    layer: [
      {
        data: { values: curve },
        mark: { type: 'line', strokeWidth: 1.5 },
        encoding: { x, y: y('expected'), color },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x, y: y('measured'), color },
      },
    ],
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom' } },
  });
}
