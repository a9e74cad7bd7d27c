import { PALETTE, renderChart, THEME } from '../../report/chart.js';
import type { Path } from './valley.js';
import type { Decay } from './weight-decay.js';

/** Draws paths over the contours of a valley; both axes have the same scale. */
export async function valleyChart(paths: readonly Path[], rings: readonly Path[]): Promise<string> {
  const points = (lines: readonly Path[]) =>
    lines.flatMap(({ title, points }) => points.map(({ x, y }, step) => ({ title, x, y, step })));
  const [width, height] = [640, 400];
  const domain = squareDomain(points(paths), width / height);
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'w₁',
    scale: { domain: domain.x, nice: false },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    title: 'w₂',
    scale: { domain: domain.y, nice: false },
  } as const;
  const order = { field: 'step', type: 'quantitative' } as const;
  const color = {
    field: 'title',
    type: 'nominal',
    scale: { domain: paths.map(({ title }) => title), range: [PALETTE[0], PALETTE[1], PALETTE[2]] },
    title: null,
  } as const;
  return renderChart({
    width,
    height,
    layer: [
      {
        data: { values: points(rings) },
        mark: { type: 'line', strokeWidth: 1, opacity: 0.3, color: 'currentColor', clip: true },
        encoding: { x, y, order, detail: { field: 'title', type: 'nominal' } },
      },
      {
        data: { values: points(paths) },
        mark: { type: 'line', strokeWidth: 1.8, point: { size: 18 }, clip: true },
        encoding: { x, y, order, color },
      },
      {
        data: { values: [{ x: 0, y: 0 }] },
        mark: { type: 'point', shape: 'cross', size: 90, color: 'currentColor', filled: true },
        encoding: { x, y },
      },
    ],
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom' } },
  });
}

/** Draws the decay of weights: a panel for each optimizer, a line for each size of gradient. */
export async function decayChart(decays: readonly Decay[]): Promise<string> {
  const values = decays.flatMap(({ optimizer, gradient, weights }) =>
    weights.map((weight, step) => ({ optimizer, gradient: `g = ${gradient}`, step, weight })),
  );
  return renderChart({
    data: { values },
    facet: {
      column: {
        field: 'optimizer',
        type: 'nominal',
        title: null,
        sort: decays.map((each) => each.optimizer),
      },
    },
    spacing: 30,
    spec: {
      width: 330,
      height: 240,
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        x: { field: 'step', type: 'quantitative', title: 'step' },
        y: { field: 'weight', type: 'quantitative', title: 'weight' },
        color: { field: 'gradient', type: 'nominal', scale: { range: PALETTE.slice(0, 3) }, title: null },
        // In AdamW's panel all three lines overlap.
        strokeDash: {
          field: 'gradient',
          type: 'nominal',
          scale: {
            range: [
              [1, 0],
              [8, 6],
              [2, 5],
            ],
          },
          title: null,
        },
      },
    },
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom' } },
  });
}

/** Returns domains around all points in which a unit has the same length on both axes. */
function squareDomain(
  points: readonly { x: number; y: number }[],
  ratio: number,
): { x: [number, number]; y: [number, number] } {
  const range = (values: number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return { middle: (low + high) / 2, span: (high - low) * 1.2 };
  };
  const [x, y] = [range(points.map((point) => point.x)), range(points.map((point) => point.y))];
  const half = Math.max(x.span / ratio, y.span) / 2;
  return {
    x: [x.middle - half * ratio, x.middle + half * ratio],
    y: [y.middle - half, y.middle + half],
  };
}
