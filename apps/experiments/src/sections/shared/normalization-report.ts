import { type AccuracyTable, accuracyTable } from '../../report/accuracy-table.js';
import { curveOf } from '../../report/curve.js';
import { lossChart } from '../../report/loss-chart.js';
import { escapeHtml, figure, htmlTable } from '../../report/page.js';
import { percent, points } from '../../terminal/format.js';
import type { NormalizationFindings, NormalizationGain } from './normalization-findings.js';
import { pytorchNote } from './pytorch-note.js';
import { shortness } from './shortness.js';

/**
 * Writes the part of sections 2 and 3 about their runs: the curves in one chart, the accuracies and
 * their interpretation.
 */
export async function normalizationReport(findings: NormalizationFindings): Promise<string> {
  const { results } = findings;
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
    htmlTable(normalizationTable(findings)),
  ]
    .filter(Boolean)
    .join('\n');
}

/** Returns the accuracies as a table, for the page and for the terminal. */
export function normalizationTable({ results, allSeeds }: NormalizationFindings): AccuracyTable {
  return accuracyTable('Normalization', results, allSeeds);
}

/** Returns the accuracies in a sentence. */
export function normalizationSummary({ results }: NormalizationFindings): string {
  const each = results.map(({ run, end }) => `${escapeHtml(run.title)} ${percent(end.test.test_accuracy)}`);
  return `Test accuracy: ${each.join(', ')}.`;
}

/** Describes the gain of the networks with normalization in accuracy and in steps. */
export function describeGain({ gains }: NormalizationFindings): string {
  return gains
    .map((each) => {
      const change = `${points(Math.abs(each.gain))} points ${each.gain < 0 ? 'less' : 'more'} than without`;
      return `${escapeHtml(each.title)}: ${percent(each.accuracy)} on the test set, ${change}. ${describePace(each)}`;
    })
    .join(' ');
}

/**
 * Describes the step at which a curve reaches the final loss of the network without normalization.
 */
function describePace({ reachedAt, steps, level, window }: NormalizationGain): string {
  const loss = window === 1 ? 'train loss' : `mean train loss of ${window} steps`;
  const end = `${level.toFixed(2)}, to which the network without normalization gets only at the end`;
  if (reachedAt === null) return `Its ${loss} never falls to that network's last, ${level.toFixed(2)}.`;
  return `After ${reachedAt} of ${steps} steps its ${loss} is down to ${end}.`;
}
