import type { Evaluation } from '../../figures/figures.js';
import { count, formatSteps } from '../../terminal/format.js';
import type { Curve } from '../curve.js';
import { chartFigure } from './figure.js';
import type { Line } from './plot.js';
import { linearScale, logScale, stepScale } from './scale.js';

/** Options of {@link lossFigure}. */
export interface LossFigureOptions {
  /** True if some curves may overlap; every second one is then dashed. Default: false. */
  overlapping?: boolean;
}

/** Draws the train losses of some runs on a logarithmic axis. */
export function lossFigure(
  curves: readonly Curve[],
  { overlapping = false }: LossFigureOptions = {},
): string {
  const lines = curves.map(({ title, curve }, index): Line => {
    const { steps, loss, stepLoss, window } = curve;
    const points = steps.map((step, at) => [step, loss[at] ?? Number.NaN] as const);
    return {
      title,
      color: index,
      points,
      dashed: overlapping && index % 2 === 1,
      // Without a running mean both lines would be the same.
      ...(window > 1 && { thin: stepLoss }),
    };
  });
  const values = curves.flatMap(({ curve }) =>
    curve.window > 1 ? [...curve.loss, ...curve.stepLoss] : curve.loss,
  );
  return chartFigure({
    x: stepAxis(lines),
    y: { title: 'train loss', scale: logScale(values) },
    lines,
    caption: `Train loss, logarithmic. ${describeCurve(curves, 'loss')}`,
  });
}

/** Draws the train accuracies of some runs. */
export function trainAccuracyFigure(curves: readonly Curve[]): string {
  const lines = curves.map(
    ({ title, curve: { steps, accuracy } }, index): Line => ({
      title,
      color: index,
      points: steps.map((step, at) => [step, accuracy[at] ?? Number.NaN] as const),
    }),
  );
  return chartFigure({
    x: stepAxis(lines),
    y: { title: 'train accuracy', scale: linearScale(valuesOf(lines)), percent: true },
    lines,
    caption: `Train accuracy. ${describeCurve(curves, 'accuracy')}`,
  });
}

/** Draws the test losses or test accuracies of some runs, PyTorch's dashed in the same color. */
export function evaluationFigure(curves: readonly Curve[], of: keyof Omit<Evaluation, 'step'>): string {
  const line = (evaluations: readonly Evaluation[]) =>
    evaluations.map((each) => [each.step, each[of]] as const);
  const lines = curves.flatMap(({ title, evaluations, pytorch }, color): Line[] => [
    { title, color, points: line(evaluations), dots: true },
    ...(pytorch.length > 0
      ? [{ title: `PyTorch, ${title}`, color, points: line(pytorch), dashed: true, listed: false }]
      : []),
  ]);
  const name = of === 'loss' ? 'test loss' : 'test accuracy';
  const dashed = lines.some((each) => each.dashed) ? ' Dashed: PyTorch with the same seed.' : '';
  return chartFigure({
    x: stepAxis(lines),
    y: { title: name, scale: linearScale(valuesOf(lines)), percent: of === 'accuracy' },
    lines,
    caption: `${name.replace('t', 'T')} at each evaluation.${dashed}`,
  });
}

/** One run in {@link gapFigure}: its generalization gap at each evaluation. */
export interface GapCurve {
  title: string;
  evaluations: readonly Evaluation[];
  gaps: readonly number[];
}

/** Draws the generalization gaps of some runs over their evaluations. */
export function gapFigure(curves: readonly GapCurve[]): string {
  const lines = curves.map(
    ({ title, evaluations, gaps }, color): Line => ({
      title,
      color,
      dots: true,
      points: evaluations.map(({ step }, index) => [step, gaps[index] ?? Number.NaN] as const),
    }),
  );
  return chartFigure({
    x: stepAxis(lines),
    y: { title: 'test loss − train loss', scale: linearScale(valuesOf(lines), { zero: true }) },
    lines,
    caption:
      'Generalization gap at each evaluation: the test loss minus the mean of the last 100 train losses, or of all if there are fewer.',
  });
}

function stepAxis(lines: readonly Line[]) {
  const steps = lines.flatMap(({ points }) => points.map(([step]) => step));
  return { title: 'step', scale: stepScale(steps) };
}

function valuesOf(lines: readonly Line[]): number[] {
  return lines.flatMap(({ points }) => points.map(([, value]) => value));
}

/** Describes the lines of a chart of training steps, as they are drawn. */
function describeCurve(curves: readonly Curve[], of: 'loss' | 'accuracy'): string {
  const windows = [...new Set(curves.map(({ curve }) => curve.window))];
  const stride = Math.max(1, ...curves.map(({ curve }) => curve.stride));
  const which = stride === 1 ? 'every step' : `every ${count(stride)}${ordinal(stride)} step`;
  if (windows.every((window) => window === 1)) return `A value for ${which}.`;
  const mean = `the mean of ${windows.map(formatSteps).join(' or ')} up to each`;
  return of === 'loss' ? `Thick: ${mean}; thin: ${which}.` : `Each value is ${mean}.`;
}

function ordinal(number: number): string {
  const [tens, ones] = [number % 100, number % 10];
  if (tens >= 11 && tens <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][ones] ?? 'th';
}
