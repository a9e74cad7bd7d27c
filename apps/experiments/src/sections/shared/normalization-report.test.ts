import { expect, it } from 'vitest';
import { recordsOf } from '../../testing/fake-record.js';
import { fakeResult } from '../../testing/fake-result.js';
import { findGains } from './normalization-findings.js';
import { normalizationReport, normalizationSummary } from './normalization-report.js';
import { WITHOUT_NORMALIZATION } from './normalization-runs.js';

/** Returns a fake run with these train losses and this accuracy. */
function result(title: string, losses: number[], accuracy: number) {
  const test = { step: losses.length, test_loss: 1, test_accuracy: accuracy };
  return fakeResult({ ...WITHOUT_NORMALIZATION, title }, { losses, tests: [test] });
}

const falling = Array.from({ length: 40 }, (_, i) => 2 - i / 40);

it('finds the gain of a normalized network in accuracy and in steps', () => {
  const faster = falling.map((loss) => loss - 0.5);
  const slower = falling.map((loss) => loss + 1);
  const gains = findGains([
    result('Without', falling, 0.7),
    result('Faster', faster, 0.8),
    result('Slower', slower, 0.6),
  ]);
  // The loss of the faster one is 0.5 lower; the network without reaches that loss 20 steps later.
  expect(gains).toMatchObject([
    { title: 'Faster', gain: expect.closeTo(0.1, 12), window: 4, reachedAt: 20, steps: 40 },
    { title: 'Slower', gain: expect.closeTo(-0.1, 12), reachedAt: null },
  ]);
  expect(gains[0]?.level).toBeCloseTo(1.0625, 12);
  expect(
    findGains([result('Without', [2, 1.8, 1.6], 0.3), result('With', [2, 1.5, 1.2], 0.4)]),
  ).toMatchObject([{ window: 1, level: 1.6, reachedAt: 2 }]);
  expect(findGains([])).toEqual([]);
});

it('shows the curves and both tables', () => {
  const results = [
    result('Without', falling, 0.7),
    result(
      'With',
      falling.map((loss) => loss + 1),
      0.8,
    ),
  ];
  const runs = recordsOf(results);
  const html = normalizationReport({ runs, allSeeds: runs, findings: { gains: findGains(results) } });
  expect(html.match(/<svg class="chart"/g)).toHaveLength(1);
  expect(html).toMatch(/<th scope="row">With<\/th><td[^>]*>\+10\.0 points<\/td><td[^>]*>–<\/td>/);
  expect(html).toContain('the mean train loss of 4 steps is at most 1.063');
  expect(normalizationSummary(runs)).toBe('Test accuracy: Without 70.0 %, With 80.0 %.');
});
