import { describe, expect, it } from 'vitest';
import { gapChart } from '../sections/6-experiments/gap-chart.js';
import { overfittingChart } from '../sections/6-experiments/overfitting-chart.js';
import { ADAMW_RUN, SGD_RUN } from '../sections/6-experiments/runs.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { logAxis } from './chart.js';
import { curveOf } from './curve.js';
import { evaluationChart } from './evaluation-chart.js';
import { lossChart, trainAccuracyChart } from './loss-chart.js';

const tests = [50, 100, 300].map((step) => ({ step, test_loss: 0.5 + 1 / step, test_accuracy: 0.8 }));
const curves = [SGD_RUN, ADAMW_RUN].map((run) => curveOf(fakeResult(run, { data: SAMPLE, tests })));
const alone = curves.map((curve) => ({ ...curve, pytorch: [] }));

/** Returns the dashed lines of a chart, without those of its legend. */
const dashed = (svg: string) =>
  svg.match(/<path aria-label="step[^>]*stroke-dasharray="(?!1,0")[^>]*>/g) ?? [];

describe('curves', () => {
  it.each([
    ['lossChart', lossChart],
    ['trainAccuracyChart', trainAccuracyChart],
  ])('%s has a thin and a thick line for each run, in its color', async (_, chart) => {
    const svg = await chart(curves);
    for (const color of ['#0072b2', '#e69f00']) {
      expect(svg).toMatch(new RegExp(`stroke="${color}" stroke-width="1" opacity="0.3"`));
      expect(svg).toMatch(new RegExp(`stroke="${color}" stroke-width="2.5"`));
    }
    expect(dashed(svg)).toEqual([]);
    expect(await chart(curves)).toBe(svg);
  });

  it('dashes every second line if lines may overlap', async () => {
    expect(dashed(await lossChart(curves, { overlapping: true }))).toHaveLength(1);
  });

  it('leaves a gap for a loss of 0, which a logarithmic axis cannot show', async () => {
    const [curve] = curves;
    if (!curve) throw new Error('no curve');
    const train = curve.metrics.train.map((line, index) => (index === 5 ? { ...line, train_loss: 0 } : line));
    const svg = await lossChart([{ ...curve, metrics: { ...curve.metrics, train } }]);
    const heights = [...svg.matchAll(/<path aria-label="step[^>]* d="([^"]*)"/g)].flatMap(([, d = '']) =>
      [...d.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => y),
    );
    expect(new Set(heights).size).toBeGreaterThan(10);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('draws one step', async () => {
    const one = curves.map((curve) => ({
      ...curve,
      metrics: { ...curve.metrics, train: curve.metrics.train.slice(0, 1) },
    }));
    expect(await lossChart(one)).not.toContain('NaN');
  });
});

describe('evaluations', () => {
  it.each(['loss', 'accuracy'] as const)(
    "shows PyTorch's %s dashed beside ours, if it exists",
    async (of) => {
      const svg = await evaluationChart(curves, { of });
      expect(dashed(svg)).toHaveLength(2);
      expect(svg).toContain('>PyTorch, same seed<');
      const without = await evaluationChart(alone, { of });
      expect(dashed(without)).toEqual([]);
      expect(without).not.toContain('PyTorch');
    },
  );

  it('shows a single evaluation as a point', async () => {
    const single = alone.map((curve) => ({
      ...curve,
      metrics: { ...curve.metrics, test: tests.slice(0, 1) },
    }));
    const svg = await evaluationChart(single, { of: 'loss' });
    expect(svg.match(/role-mark layer_1_marks/g)).toHaveLength(1);
    expect(svg).not.toContain('NaN');
  });
});

describe('overfittingChart', () => {
  it('has a panel for each run, with train loss and test loss', async () => {
    const svg = await overfittingChart(curves);
    expect(svg).toContain('>SGD<');
    expect(svg).toContain('>AdamW<');
    expect(dashed(svg)).toHaveLength(2);
    expect(await overfittingChart(alone)).not.toContain('PyTorch');
  });
});

describe('gapChart', () => {
  it('names the gap, also if the test loss is the smaller one', async () => {
    const svg = await gapChart([
      { title: 'One', trainLoss: 0.25, testLoss: 0.5 },
      { title: 'Other', trainLoss: 0.5, testLoss: 0.4 },
    ]);
    expect(svg).toContain('>0.250<');
    expect(svg).toContain('>-0.100<');
  });
});

describe('logAxis', () => {
  it('has 1, 2 and 5 times each power of ten in the range of the values', () => {
    expect(logAxis([0.03, 2.6])).toEqual({ values: [0.05, 0.1, 0.2, 0.5, 1, 2] });
  });

  it('leaves the ticks to the chart if these are too few', () => {
    expect(logAxis([1.2, 2])).toEqual({});
  });
});
