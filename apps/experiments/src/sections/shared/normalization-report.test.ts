import { expect, it } from 'vitest';
import type { RunResult } from '../../runs/run.js';
import { fakeResult } from '../../testing/fake-result.js';
import { findNormalization } from './normalization-findings.js';
import { describeGain, normalizationReport, normalizationSummary } from './normalization-report.js';
import { WITHOUT_NORMALIZATION } from './normalization-runs.js';

const find = (results: RunResult[]) => findNormalization({ results, allSeeds: results });

/** Returns a fake run with these train losses and this accuracy. */
function result(title: string, losses: number[], accuracy: number): RunResult {
  const test = { step: losses.length, test_loss: 1, test_accuracy: accuracy };
  return fakeResult({ ...WITHOUT_NORMALIZATION, title }, { losses, tests: [test] });
}

const falling = Array.from({ length: 40 }, (_, i) => 2 - i / 40);

it('reports the gain of a normalized network in accuracy and in steps', () => {
  const text = describeGain(
    find([
      result('Without', falling, 0.7),
      result(
        'With',
        falling.map((loss) => loss - 0.5),
        0.8,
      ),
    ]),
  );
  expect(text).toContain('With: 80.0 % on the test set, 10.0 points more than without.');
  // Its loss is 0.5 lower; the network without normalization reaches that loss 20 steps later.
  expect(text).toContain(
    'After 20 of 40 steps its mean train loss of 4 steps is down to 1.06, to which the network without normalization gets only at the end.',
  );
});

it('reports that nothing is gained', () => {
  const text = describeGain(
    find([
      result('Without', falling, 0.7),
      result(
        'With',
        falling.map((loss) => loss + 1),
        0.6,
      ),
    ]),
  );
  expect(text).toContain(
    "With: 60.0 % on the test set, 10.0 points less than without. Its mean train loss of 4 steps never falls to that network's last, 1.06.",
  );
});

it('has correct sentences for the shortest runs', () => {
  const text = describeGain(
    find([result('Without', [2, 1.8, 1.6], 0.3), result('With', [2, 1.5, 1.2], 0.4)]),
  );
  expect(text).toContain(
    'After 2 of 3 steps its train loss is down to 1.60, to which the network without normalization gets only at the end.',
  );
});

it('requires a run', async () => {
  await expect(normalizationReport(find([]))).rejects.toThrow('A report needs at least one run.');
});

it('draws the curves, with the table below', async () => {
  const results = [result('Without', falling, 0.7), result('With', falling, 0.8)];
  const html = await normalizationReport(find(results));
  expect(html.match(/<svg /g)).toHaveLength(1);
  expect(html).toContain('<th scope="row">With</th>');
  expect(normalizationSummary(find(results))).toBe('Test accuracy: Without 70.0 %, With 80.0 %.');
});
