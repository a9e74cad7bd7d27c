import { chartFigure } from '../../report/chart/figure.js';
import type { Scale } from '../../report/chart/scale.js';
import { linearScale, stepScale } from '../../report/chart/scale.js';
import { contours, type Path } from './valley.js';
import type { Decay } from './weight-decay.js';

/** The heights of the drawn contours. */
const HEIGHTS = [0.25, 1, 2.5, 5, 10, 15];

/** The ratio of the width of a chart's area to its height. */
const RATIO = 300 / 168;

/** Draws paths over the contours of a valley; both axes have the same scale. */
export function valleyFigure(paths: readonly Path[]): string {
  const points = paths.flatMap((path) => path.points);
  const { x, y } = equalScales(points);
  return chartFigure({
    x: { title: 'w₁', scale: x },
    y: { title: 'w₂', scale: y },
    backdrop: contours(HEIGHTS).map((ring) => ring.points.map((point) => [point.x, point.y] as const)),
    lines: paths.map((path, color) => ({
      title: path.title,
      color,
      points: path.points.map((point) => [point.x, point.y] as const),
      dots: 'small',
    })),
    hover: 'point',
    caption:
      'Paths of three optimizers down f = ½ (a² + 40·b²) from the same start. a runs along the floor of the valley and b up its walls, both turned by 30° against the weights w₁ and w₂. Gray: contours. Learning rates: 0.03 for SGD with and without momentum, 0.2 for AdamW.',
  });
}

/** Draws the decay of weights: a chart for each optimizer, a line for each size of gradient. */
export function decayFigures(decays: readonly Decay[]): string[] {
  const optimizers = [...new Set(decays.map(({ optimizer }) => optimizer))];
  const y = linearScale([0, ...decays.map(({ weights }) => weights[0] ?? 1)]);
  return optimizers.map((optimizer) => {
    const lines = decays
      .filter((each) => each.optimizer === optimizer)
      .map(({ gradient, weights }, color) => ({
        title: `g = ${gradient}`,
        color,
        points: weights.flatMap((weight, step) => (step % 4 === 0 ? [[step, weight] as const] : [])),
        // The lines of AdamW overlap.
        dashed: color > 0,
      }));
    const steps = lines.flatMap(({ points }) => points.map(([step]) => step));
    return chartFigure({
      x: { title: 'step', scale: stepScale(steps) },
      y: { title: 'weight', scale: y },
      lines,
      caption: `${optimizer}: three weights that start at 1, with alternating gradients (+g, −g, …), so that only the decay has a lasting effect. Learning rate 0.01, decay 0.5.`,
    });
  });
}

/** Returns scales around all points in which a unit has the same length on both axes. */
function equalScales(points: readonly { x: number; y: number }[]): { x: Scale; y: Scale } {
  const range = (values: number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return { middle: (low + high) / 2, span: (high - low) * 1.2 };
  };
  const [x, y] = [range(points.map((point) => point.x)), range(points.map((point) => point.y))];
  const half = Math.max(x.span / RATIO, y.span) / 2;
  return { x: centered(x.middle, half * RATIO), y: centered(y.middle, half) };
}

/** Returns a scale with whole ticks around a value. */
function centered(middle: number, half: number): Scale {
  const [low, high] = [middle - half, middle + half];
  const first = Math.ceil(low);
  const ticks = Array.from({ length: Math.floor(high) - first + 1 }, (_, index) => first + index);
  return { kind: 'linear', domain: [low, high], ticks };
}
