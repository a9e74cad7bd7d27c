import { type Evaluation, evaluationsOf } from '../figures/figures.js';
import { DASH, PALETTE, renderChart, THEME } from './chart.js';
import { type Curve, titlesOf } from './curve.js';

/** Options of {@link evaluationChart}. */
export interface EvaluationChartOptions {
  of: keyof Omit<Evaluation, 'step'>;
}

const OURS = 'this run';
const PYTORCH = 'PyTorch, same seed';

/**
 * Test loss or test accuracy of all runs over their evaluations, PyTorch's dashed in the same
 * color.
 */
export async function evaluationChart(
  curves: readonly Curve[],
  { of }: EvaluationChartOptions,
): Promise<string> {
  const titles = titlesOf(curves);
  const values = curves.flatMap(({ title, metrics, pytorch }) => [
    ...evaluationsOf(metrics).map((each) => ({
      run: title,
      source: OURS,
      step: each.step,
      value: each[of],
    })),
    ...pytorch.map((each) => ({ run: title, source: PYTORCH, step: each.step, value: each[of] })),
  ]);
  const compared = values.some(({ source }) => source === PYTORCH);
  const encoding = {
    x: {
      field: 'step',
      type: 'quantitative',
      title: 'step',
      scale: { zero: true, nice: false },
      axis: { tickCount: 10 },
    },
    y: {
      field: 'value',
      type: 'quantitative',
      title: of === 'loss' ? 'test loss' : 'test accuracy',
      scale: { zero: false },
      axis: of === 'loss' ? {} : { format: '~%' },
    },
    color: { field: 'run', type: 'nominal', scale: { domain: titles, range: PALETTE }, title: null },
  } as const;
  return renderChart({
    width: 760,
    height: 320,
    data: { values },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          ...encoding,
          strokeDash: {
            field: 'source',
            type: 'nominal',
            scale: { domain: [OURS, PYTORCH], range: [[1, 0], DASH] },
            title: null,
            ...(compared ? {} : { legend: null }),
          },
        },
      },
      {
        transform: [{ filter: { field: 'source', equal: OURS } }],
        mark: { type: 'point', filled: true, size: 34, opacity: 1 },
        encoding,
      },
    ],
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom', columns: 4 } },
  });
}
