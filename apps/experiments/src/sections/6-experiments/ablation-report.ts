import { smoothingWindow } from '../../figures/statistics.js';
import { curveOf } from '../../report/curve.js';
import { evaluationChart } from '../../report/evaluation-chart.js';
import { figuresTable, printedFigures } from '../../report/figures-table.js';
import { lossChart } from '../../report/loss-chart.js';
import { figure, groupedTable, quote } from '../../report/page.js';
import { commandLine } from '../../terminal/command-line.js';
import { formatSteps } from '../../terminal/format.js';
import type { SectionReport } from '../section.js';
import { shortness } from '../shared/shortness.js';
import { DASHED, formatTail } from './compared.js';
import { describeDropout, describeLayerNorm } from './effects.js';
import type { ExperimentFindings } from './findings.js';
import { gapChart } from './gap-chart.js';
import { describeCurves } from './overfitting.js';
import { overfittingChart } from './overfitting-chart.js';
import { besidePyTorch } from './pytorch.js';
import { describeRanking, rankingSummary } from './ranking.js';

/** Writes 6.2: LayerNorm and dropout, with and without each other. */
export async function reportAblation({ ablation, allSeeds }: ExperimentFindings): Promise<SectionReport> {
  const { neither, layerNorm, dropout, both } = ablation;
  const compared = [neither, layerNorm, dropout, both];
  const own = compared.map(({ result }) => result);
  const table = figuresTable(own, allSeeds);
  const curves = own.map(curveOf);
  const { maxSteps, batchSize, learningRate } = neither.result.config;
  const html = [
    '<h3 id="section-6-2">6.2 Layer Normalization and Dropout</h3>',
    `<p>The same network, AdamW at learning rate ${learningRate}, batches of ${batchSize}, ${formatSteps(maxSteps)}; LayerNorm between each hidden layer and its relu, dropout (p = ${dropout.result.config.dropout}) after the relu.</p>`,
    shortness(own),
    figure(
      await lossChart(curves),
      `Train loss. Thin: single steps; thick: mean of ${formatSteps(smoothingWindow(maxSteps))}. With dropout it is the loss of a network that lacks some of its units.`,
    ),
    figure(await evaluationChart(curves, { of: 'loss' }), `Test loss at each evaluation.${DASHED}`),
    figure(await evaluationChart(curves, { of: 'accuracy' }), `Test accuracy at each evaluation.${DASHED}`),
    figure(
      await overfittingChart(curves),
      `Train loss (smoothed) and test loss of each configuration in one panel.${DASHED}`,
    ),
    figure(
      await gapChart(
        compared.map(({ result, figures }) => ({
          title: result.run.title,
          trainLoss: figures.tailTrainLoss,
          testLoss: figures.testLoss,
        })),
      ),
      `The generalization gap: from ${formatTail(neither)} to the test loss at the end.`,
    ),
    groupedTable(table),
    quote('What do you observe when analyzing the training and validation curves?'),
    `<ul>${compared.map((each) => `<li>${describeCurves(each)}</li>`).join('')}</ul>`,
    quote('Which configuration performs best […]?'),
    `<p>${describeRanking(compared)}</p>`,
    quote('[…] and what do you conclude about the benefits of using DropOut and/or LayerNorm?'),
    `<p>${describeDropout(ablation)}</p>`,
    `<p>${describeLayerNorm(ablation)}</p>`,
    besidePyTorch(compared),
    quote(
      'You can also play around and try to get better results - try different optimizers and hyperparameters.',
    ),
    `<p>The two tuned runs of 6.1 are one answer. A run of your own: <code>${commandLine('run', 'ablation/dropout_only', '--set', 'dropout=0.3', '--name', 'mine/dropout-0.3')}</code>; ` +
      `<code>${commandLine('compare', 'ablation/dropout_only', 'mine/dropout-0.3')}</code> then shows both over each other.</p>`,
  ];
  return {
    text: `6.2 Layer Normalization and Dropout\n${printedFigures(table)}`,
    html: html.filter(Boolean).join('\n'),
    summary: rankingSummary(compared),
  };
}
