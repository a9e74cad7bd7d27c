import type { AccuracyTable } from '../accuracy-table.js';
import { mean } from '../mean.js';
import { curveOf } from '../report/curve.js';
import { lossChart } from '../report/loss-chart.js';
import { escapeHtml, figure, htmlTable } from '../report/page.js';
import type { RunResult } from '../run-result.js';
import { percent, points } from '../words.js';
import { pytorchNote } from './pytorch-note.js';
import { shortness } from './shortness.js';

/** What sections 2 and 3 say of their runs: the curves in one picture, the accuracies, and what to see in them. */
export async function normalizationReport(
  results: readonly RunResult[],
  table: AccuracyTable,
): Promise<string> {
  const config = results[0]?.config;
  if (!config) throw new RangeError('A report needs at least one run.');
  const { maxSteps: steps, seed, backend, learningRate, batchSize } = config;
  return [
    '<h3>Training with and without</h3>',
    `<p>784-128-10 with tanh, and what normalizes right after it: SGD at learning rate ${learningRate}, batches of ${batchSize}, ${steps} steps, seed ${escapeHtml(String(seed))}, backend ${backend}. All of them start with the same weights and see the same batches.${pytorchNote(results)}</p>`,
    shortness(results),
    figure(
      await lossChart(results.map(curveOf)),
      'Train loss, with normalization and without. Thin: single steps; thick: mean of the last fortieth of the run.',
    ),
    htmlTable(table),
  ]
    .filter(Boolean)
    .join('\n');
}

/** The accuracies in a sentence. */
export function normalizationSummary(results: readonly RunResult[]): string {
  const each = results.map(({ run, end }) => `${escapeHtml(run.title)} ${percent(end.test.test_accuracy)}`);
  return `Test accuracy: ${each.join(', ')}.`;
}

/** How much better the networks with normalization are, and how much sooner. */
export function describeGain(results: readonly RunResult[]): string {
  const [without, ...others] = results.map(({ run, metrics, end }) => ({
    title: escapeHtml(run.title),
    accuracy: end.test.test_accuracy,
    losses: metrics.train.map((line) => line.train_loss),
  }));
  const last = without?.losses.at(-1);
  if (without === undefined || last === undefined) return '';
  // Means of ten steps, against the noise; in a short run of a tenth of it.
  const window = Math.min(10, Math.ceil(without.losses.length / 10));
  const level = mean(without.losses.slice(-window));
  return others
    .map(({ title, accuracy, losses }) => {
      const gain = accuracy - without.accuracy;
      const change = `${points(Math.abs(gain))} points ${gain < 0 ? 'less' : 'more'} than without`;
      return `${title}: ${percent(accuracy)} on the test set, ${change}. ${describePace(losses, { level, window })}`;
    })
    .join(' ');
}

/** How soon a curve gets to where the network without normalization ends. */
function describePace(
  losses: readonly number[],
  { level, window }: { level: number; window: number },
): string {
  const reached = losses.findIndex(
    (_, index) => index >= window - 1 && mean(losses.slice(index - window + 1, index + 1)) <= level,
  );
  const loss = window === 1 ? 'train loss' : `mean train loss of ${window} steps`;
  const end = `${level.toFixed(2)}, to which the network without normalization gets only at the end`;
  if (reached < 0) return `Its ${loss} never falls to that network's last, ${level.toFixed(2)}.`;
  return `After ${reached + 1} of ${losses.length} steps its ${loss} is down to ${end}.`;
}
