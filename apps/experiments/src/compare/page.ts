import { dirname, join } from 'node:path';
import { errorReason } from '@trainkit/checks';
import { makeFolder, writeWhole } from '@trainkit/checks/files';
import type { Curve } from '../report/curve.js';
import { evaluationChart } from '../report/evaluation-chart.js';
import { lossChart, trainAccuracyChart } from '../report/loss-chart.js';
import { escapeHtml, figure, htmlPage, htmlTable } from '../report/page.js';
import { UserError } from '../terminal/user-error.js';
import type { ComparedRun, Comparison } from './comparison.js';
import { NO_EVALUATIONS, SAME_SETTINGS } from './print.js';

/**
 * Writes `<out>/reports/compare/<a>_vs_<b>.html`, both curves over each other with the tables, and
 * returns its path.
 *
 * @throws UserError if it cannot be written
 */
export async function writeComparison(
  comparison: Comparison,
  { a, b, out }: { a: ComparedRun; b: ComparedRun; out: string },
): Promise<string> {
  const path = join(out, 'reports', 'compare', `${slug(a)}_vs_${slug(b)}.html`);
  const page = await comparisonPage(comparison, [a, b]);
  try {
    makeFolder(dirname(path));
    writeWhole(path, page);
  } catch (cause) {
    throw new UserError(`The comparison ${path} could not be written: ${errorReason(cause)}.`, { cause });
  }
  return path;
}

async function comparisonPage(
  { notes, settings, figures, evaluations }: Comparison,
  runs: readonly ComparedRun[],
): Promise<string> {
  const curves: Curve[] = runs.map(({ title, metrics }) => ({ title, metrics, pytorch: [] }));
  const evaluated = curves.some(({ metrics }) => metrics.test.length > 0);
  const title = runs.map((run) => `${run.config.run}, seed ${run.config.seed}`).join(' and ');
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`,
    '<h2>Settings that differ</h2>',
    settings.rows.length === 0 ? `<p>${SAME_SETTINGS}</p>` : htmlTable(settings),
    '<h2>Curves</h2>',
    figure(await lossChart(curves), 'Train loss. Thin: single steps; thick: mean of a fortieth of the run.'),
    figure(await trainAccuracyChart(curves), 'Train accuracy, in the same way.'),
    ...(evaluated
      ? [
          figure(await evaluationChart(curves, { of: 'loss' }), 'Test loss at each evaluation.'),
          figure(await evaluationChart(curves, { of: 'accuracy' }), 'Test accuracy at each evaluation.'),
        ]
      : []),
    '<h2>Figures</h2>',
    htmlTable(figures),
    '<h2>Evaluations</h2>',
    evaluations.rows.length === 0 ? `<p>${NO_EVALUATIONS}</p>` : htmlTable(evaluations),
  ];
  return htmlPage(title, body.join('\n'));
}

/** A run's part of the file's name. */
function slug({ config }: ComparedRun): string {
  const onSample = config.data.name === 'sample' ? 'sample-' : '';
  return `${onSample}${config.run.replaceAll('/', '-')}-seed-${config.seed}`;
}
