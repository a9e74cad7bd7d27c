import { evaluationsOf } from '../../figures/figures.js';
import { runningMean, smoothingWindow } from '../../figures/statistics.js';
import { DASH, logAxis, renderChart, TEST_COLOR, THEME, TRAIN_COLOR } from '../../report/chart.js';
import { type Curve, titlesOf } from '../../report/curve.js';

const LINES = ['train loss', 'test loss', 'test loss of PyTorch, same seed'];

/**
 * Draws a panel for each run with train loss and test loss, which diverge when the network
 * overfits.
 */
export async function overfittingChart(curves: readonly Curve[]): Promise<string> {
  const values = curves.flatMap(({ title, metrics, pytorch }) => {
    const smooth = runningMean(
      metrics.train.map((line) => line.train_loss),
      smoothingWindow(metrics.train.length),
    );
    const stride = Math.max(1, Math.floor(smooth.length / 200));
    const line = (name: string | undefined, step: number, loss: number) => ({
      run: title,
      name,
      step,
      // A logarithmic axis cannot show 0.
      loss: loss > 0 ? loss : null,
    });
    return [
      ...smooth.flatMap((loss, index) =>
        index % stride === 0 || index === smooth.length - 1 ? [line(LINES[0], index + 1, loss)] : [],
      ),
      ...evaluationsOf(metrics).map(({ step, loss }) => line(LINES[1], step, loss)),
      ...pytorch.map(({ step, loss }) => line(LINES[2], step, loss)),
    ];
  });
  const shown = LINES.filter((name) => values.some((value) => value.name === name));
  const encoding = {
    x: { field: 'step', type: 'quantitative', title: 'step', axis: { tickCount: 5 } },
    y: {
      field: 'loss',
      type: 'quantitative',
      title: 'loss (logarithmic)',
      scale: { type: 'log', nice: false },
      axis: logAxis(values.flatMap(({ loss }) => loss ?? [])),
    },
    color: {
      field: 'name',
      type: 'nominal',
      scale: { domain: shown, range: [TRAIN_COLOR, TEST_COLOR, TEST_COLOR] },
      title: null,
      legend: { symbolType: 'stroke' },
    },
  } as const;
  return renderChart({
    data: { values },
    facet: { field: 'run', type: 'nominal', sort: titlesOf(curves), title: null },
    columns: 2,
    spacing: { row: 24, column: 30 },
    spec: {
      width: 335,
      height: 220,
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2 },
          encoding: {
            ...encoding,
            strokeDash: {
              field: 'name',
              type: 'nominal',
              scale: { domain: shown, range: [[1, 0], [1, 0], DASH] },
              title: null,
              legend: { symbolType: 'stroke' },
            },
          },
        },
        {
          transform: [{ filter: { field: 'name', equal: 'test loss' } }],
          mark: { type: 'point', filled: true, size: 24, opacity: 1 },
          encoding,
        },
      ],
    },
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom' } },
  });
}
