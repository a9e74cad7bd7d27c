import { accuracyTable, printedTable } from '../../report/accuracy-table.js';
import { lossFigure } from '../../report/chart/curves.js';
import { figureGrid } from '../../report/chart/figure.js';
import { escapeHtml } from '../../report/escape.js';
import { formulaBesideCode } from '../../report/formula.js';
import { htmlTable, quote } from '../../report/html.js';
import { frac, math, root, sub, subsup, sup, word } from '../../report/math.js';
import { chanceNotes, shortRunsNote } from '../../report/notes.js';
import { predictionsHtml } from '../../report/predictions.js';
import type { RunRecord } from '../../report/records.js';
import { curvesOf } from '../../report/run-curves.js';
import { commandLine } from '../../terminal/command-line.js';
import { percent } from '../../terminal/format.js';
import type { ReportInput, SectionReport } from '../section.js';
import { settingsLine } from '../shared/settings-line.js';
import { activationTable } from './activation-table.js';
import { GUESS_LOSS, type InitializationFindings } from './findings.js';

/** Writes section 1. */
export function reportInitializations({
  runs,
  allSeeds,
  findings,
}: ReportInput<InitializationFindings>): SectionReport {
  const accuracies = accuracyTable('Initialization', runs, allSeeds);
  const table = { ...accuracies, notes: [...accuracies.notes, ...chanceNotes(runs)] };
  const beside = runs.some(({ pytorch }) => pytorch?.sameSeed);
  const html = [
    `<p>SimpleNet (784-256-128-64-10, tanh), trained from six initializations. ${settingsLine(runs)} “Yours” is the reader’s own Xavier in the notebook; here it is this project’s. Check your own with <code>${commandLine('check', 'FILE')}</code>.</p>`,
    shortRunsNote(runs),
    formulaBesideCode(FORMULA, findings.code),
    '<h3>Activations before training</h3>',
    '<div class="grid">',
    `<figure class="rest">${activationTable(runs)}<figcaption>Outputs of the tanh layers of the untrained network for the first train batch, from −1 to 1 in 100 bins; each histogram has its own height. σ is the standard deviation; saturated outputs lie beyond ±0.99.</figcaption></figure>`,
    `<p>${ACTIVATIONS}</p>`,
    '</div>',
    '<h3>Training</h3>',
    quote(
      'Some methods are intentionally flawed, resulting in stalled loss or high initial loss. Which models perform well?',
    ),
    figureGrid(
      [lossFigure(curvesOf(runs), { overlapping: true })],
      `${htmlTable(table)}<p>${LOSSES}${beside ? ` ${DIVERGENCE}` : ''}</p>`,
    ),
    predictionsHtml(runs),
  ];
  return { text: printedTable(table), html: html.filter(Boolean).join('\n'), summary: summarize(runs) };
}

const FORMULA = `<p>Xavier draws weights with a variance that keeps the signal’s scale from layer to layer:</p>
${math('W∼U(−a,a),', 'a=', root(frac('6', [sub('n', word('in')), '+', sub('n', word('out'))])))}
${math(subsup('σ', 'W', '2'), '=', frac(sup('a', '2'), '3'), '=', frac('2', [sub('n', word('in')), '+', sub('n', word('out'))]))}
<p class="soft">The code has a gain of 1, and √3 times the standard deviation as the bound a.</p>`;

const ACTIVATIONS =
  'Xavier keeps the spread through all layers. Weights that are too small shrink the signal from layer to layer; weights of ' +
  'zero end it, so that only the last bias gets a gradient. Weights that are too large saturate tanh, which is flat there and ' +
  'passes hardly any gradient. TensorFlow.js’s glorotUniform draws other numbers from the distribution of Xavier.';

const LOSSES = `A guess with the same probability for all ten classes has a loss of ln 10 = ${GUESS_LOSS.toFixed(3)} and an accuracy of 10 %. A loss that starts far above it belongs to a network that is sure and wrong. A loss that stays at it belongs to a network that does not learn.`;

const DIVERGENCE =
  'Runs with the same seed draw PyTorch’s random numbers and follow its losses. In saturated networks a difference in the last ' +
  'bit of a sum grows from step to step, so they diverge after the first steps, as PyTorch does between two versions for ' +
  'different processors.';

/** Names the best and the worst initialization. */
function summarize(runs: readonly RunRecord[]): string {
  const ranked = [...runs].sort((a, b) => b.figures.testAccuracy - a.figures.testAccuracy);
  const of = ({ title, figures }: RunRecord) => `${escapeHtml(title)} ${percent(figures.testAccuracy)}`;
  const [best, worst] = [ranked[0], ranked.at(-1)];
  return best && worst ? `Test accuracy: best ${of(best)}, worst ${of(worst)}.` : '';
}
