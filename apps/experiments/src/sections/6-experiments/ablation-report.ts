import { evaluationFigure, gapFigure, lossFigure } from '../../report/chart/curves.js';
import { figureGrid } from '../../report/chart/figure.js';
import { figuresTable, printedFigures } from '../../report/figures-table.js';
import { groupedTable, quote } from '../../report/html.js';
import { shortRunsNote } from '../../report/notes.js';
import { curvesOf } from '../../report/run-curves.js';
import { commandLine } from '../../terminal/command-line.js';
import type { ReportInput, SectionReport } from '../section.js';
import { settingsLine } from '../shared/settings-line.js';
import { accuracySummary } from './accuracy-summary.js';
import type { Difference } from './difference-schema.js';
import { differenceHtml, differenceText } from './difference-table.js';
import { ABLATION_RUNS } from './runs.js';
import { ofRuns } from './runs-of.js';

/** Writes 6.2: LayerNorm and dropout, with and without each other. */
export function reportAblation(input: ReportInput<{ ablation: readonly Difference[] }>): SectionReport {
  const { ablation } = input.findings;
  const { runs, allSeeds } = ofRuns(ABLATION_RUNS, input);
  const table = figuresTable(runs, allSeeds);
  const curves = curvesOf(runs);
  const html = [
    '<h3 id="section-6-2">6.2 Layer Normalization and Dropout</h3>',
    `<p>The same network. ${settingsLine(runs)} LayerNorm lies between each hidden layer and its relu, dropout (p = 0.15) after the relu.</p>`,
    shortRunsNote(runs),
    quote(
      'What do you observe when analyzing the training and validation curves? Which configuration performs best, and what do you conclude about the benefits of using DropOut and/or LayerNorm?',
    ),
    figureGrid(
      [
        lossFigure(curves),
        evaluationFigure(curves, 'loss'),
        evaluationFigure(curves, 'accuracy'),
        gapFigure(runs),
      ],
      groupedTable(table),
    ),
    differenceHtml(ablation),
    `<p>${READING} The differences are paired as in 6.1.</p>`,
    `<p>A run of your own: <code>${commandLine('run', 'ablation/dropout_only', '--set', 'dropout=0.3', '--name', 'mine/dropout-0.3')}</code>. ` +
      `<code>${commandLine('compare', 'ablation/dropout_only', 'mine/dropout-0.3')}</code> shows both curves in one chart.</p>`,
  ];
  return {
    text: `6.2 Layer Normalization and Dropout\n${printedFigures(table)}\n${differenceText(ablation)}`,
    html: html.filter(Boolean).join('\n'),
    summary: accuracySummary(runs, allSeeds),
  };
}

const READING =
  'A network overfits from the step on at which its test loss rises while its train loss still falls: the gap between the two ' +
  'grows. Compare the columns “Test loss” and “Smallest test loss”, which is what early stopping would have kept. The train loss ' +
  'with dropout is that of a network without some of its units, so the gap can be negative.';
