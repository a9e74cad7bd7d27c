import { dirname, join } from 'node:path';
import { errorReason } from '@trainkit/checks';
import { makeFolder, writeWhole } from '@trainkit/checks/files';
import { evaluationsOf } from '../figures/figures.js';
import { evaluationFigure, lossFigure, trainAccuracyFigure } from '../report/chart/curves.js';
import { figureGrid } from '../report/chart/figure.js';
import { type Curve, curveRecord } from '../report/curve.js';
import { escapeHtml } from '../report/escape.js';
import { htmlPage, htmlTable } from '../report/html.js';
import { UserError } from '../terminal/user-error.js';
import type { ComparedRun, Comparison } from './comparison.js';
import { NO_EVALUATIONS, SAME_SETTINGS } from './print.js';

/**
 * Writes `<out>/reports/compare/<a>_vs_<b>.html`, both curves over each other with the tables, and
 * returns its path.
 *
 * @throws UserError if it cannot be written
 */
export function writeComparison(
  comparison: Comparison,
  { a, b, out }: { a: ComparedRun; b: ComparedRun; out: string },
): string {
  const path = join(out, 'reports', 'compare', `${slug(a)}_vs_${slug(b)}.html`);
  const page = comparisonPage(comparison, [a, b]);
  try {
    makeFolder(dirname(path));
    writeWhole(path, page);
  } catch (cause) {
    throw new UserError(`The comparison ${path} could not be written: ${errorReason(cause)}.`, { cause });
  }
  return path;
}

function comparisonPage(
  { notes, settings, figures, evaluations }: Comparison,
  runs: readonly ComparedRun[],
): string {
  const curves = runs.map(
    ({ title, metrics }): Curve => ({
      title,
      curve: curveRecord(metrics),
      evaluations: evaluationsOf(metrics),
      pytorch: [],
    }),
  );
  const evaluated = curves.some(({ evaluations }) => evaluations.length > 0);
  const title = runs.map((run) => `${run.config.run}, seed ${run.config.seed}`).join(' and ');
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`,
    '<h2>Settings that differ</h2>',
    settings.rows.length === 0 ? `<p>${SAME_SETTINGS}</p>` : htmlTable(settings),
    '<h2>Curves</h2>',
    figureGrid([
      lossFigure(curves),
      trainAccuracyFigure(curves),
      ...(evaluated ? [evaluationFigure(curves, 'loss'), evaluationFigure(curves, 'accuracy')] : []),
    ]),
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
