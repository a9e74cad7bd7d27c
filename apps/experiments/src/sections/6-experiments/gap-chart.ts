import { renderChart, TEST_COLOR, THEME, TRAIN_COLOR } from '../../report/chart.js';

/** The gap between the train loss and the test loss of a network. */
export interface Gap {
  title: string;
  trainLoss: number;
  testLoss: number;
}

/** Draws a line for each run, from its train loss to its test loss. */
export async function gapChart(gaps: readonly Gap[]): Promise<string> {
  const values = gaps.flatMap(({ title, trainLoss, testLoss }) => [
    { title, kind: 'train loss', loss: trainLoss },
    { title, kind: 'test loss', loss: testLoss },
  ]);
  const lines = gaps.map((gap) => ({ ...gap, gap: (gap.testLoss - gap.trainLoss).toFixed(3) }));
  const y = {
    field: 'title',
    type: 'nominal',
    sort: gaps.map(({ title }) => title),
    title: null,
    axis: { labelLimit: 220 },
  } as const;
  return renderChart({
    width: 600,
    height: { step: 38 },
    layer: [
      {
        data: { values: lines },
        mark: { type: 'rule', strokeWidth: 3, color: 'currentColor', opacity: 0.35 },
        encoding: {
          y,
          x: { field: 'trainLoss', type: 'quantitative', title: 'loss' },
          x2: { field: 'testLoss' },
        },
      },
      {
        data: { values: lines },
        transform: [{ calculate: '(datum.trainLoss + datum.testLoss) / 2', as: 'middle' }],
        mark: { type: 'text', dy: -9, fontSize: 12, color: 'currentColor' },
        encoding: { y, x: { field: 'middle', type: 'quantitative' }, text: { field: 'gap' } },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 110, opacity: 1 },
        encoding: {
          y,
          x: { field: 'loss', type: 'quantitative' },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: ['train loss', 'test loss'], range: [TRAIN_COLOR, TEST_COLOR] },
            title: null,
          },
        },
      },
    ],
    config: { ...THEME, legend: { ...THEME.legend, orient: 'bottom' } },
  });
}
