import { evaluationFigure, lossFigure, trainAccuracyFigure } from '../../report/chart/curves.js';
import { figureGrid } from '../../report/chart/figure.js';
import { figuresTable, printedFigures } from '../../report/figures-table.js';
import { groupedTable, quote } from '../../report/html.js';
import { chanceNotes, shortRunsNote } from '../../report/notes.js';
import { curvesOf } from '../../report/run-curves.js';
import type { ReportInput, SectionReport } from '../section.js';
import { settingsLine } from '../shared/settings-line.js';
import { accuracySummary } from './accuracy-summary.js';
import type { Difference } from './difference-schema.js';
import { DIFFERENCE_NOTE, differenceHtml, differenceText } from './difference-table.js';
import { OPTIMIZER_RUNS } from './runs.js';
import { ofRuns } from './runs-of.js';

/** Writes 6.1: SGD against AdamW, and both tuned. */
export function reportOptimizers(input: ReportInput<{ optimizers: readonly Difference[] }>): SectionReport {
  const { optimizers } = input.findings;
  const { runs, allSeeds } = ofRuns(OPTIMIZER_RUNS, input);
  const table = figuresTable(runs, allSeeds);
  const curves = curvesOf(runs);
  const html = [
    '<h3 id="section-6-1">6.1 SGD vs AdamW</h3>',
    `<p>784-4×512-10 with relu and Kaiming’s initialization, neither LayerNorm nor dropout. ${settingsLine(runs)} AdamW has learning rate 3e-4. The tuned runs are this project’s own: SGD with momentum 0.9 at 0.02, AdamW at 1e-3, both with a cosine schedule.</p>`,
    shortRunsNote(runs),
    quote(
      'After training the models, what do you observe when comparing the train_loss curves? Which of the two gives a better accuracy, and which one converges faster? Can you tune them to give better results?',
    ),
    figureGrid(
      [
        lossFigure(curves),
        trainAccuracyFigure(curves),
        evaluationFigure(curves, 'loss'),
        evaluationFigure(curves, 'accuracy'),
      ],
      groupedTable(table),
    ),
    differenceHtml(optimizers),
    `<p class="soft">${DIFFERENCE_NOTE} ${chanceNotes(runs).join('')}</p>`,
  ];
  return {
    text: `6.1 SGD vs AdamW\n${printedFigures(table)}\n${differenceText(optimizers)}`,
    html: html.filter(Boolean).join('\n'),
    summary: accuracySummary(runs, allSeeds),
  };
}
