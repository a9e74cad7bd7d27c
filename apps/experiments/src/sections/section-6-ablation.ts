import type { Figures } from '../figures.js';
import { figuresTable, printedFigures } from '../figures-table.js';
import { curveOf } from '../report/curve.js';
import { evaluationChart } from '../report/evaluation-chart.js';
import { gapChart } from '../report/gap-chart.js';
import { lossChart } from '../report/loss-chart.js';
import { overfittingChart } from '../report/overfitting-chart.js';
import { figure, groupedTable, quote } from '../report/page.js';
import type { RunResult } from '../run-result.js';
import { runningMean, smoothingWindow } from '../running-mean.js';
import { chanceDifference, count, listOf, percent, stepsInWords } from '../words.js';
import type { SectionContext } from './section.js';
import { ABLATION_RUNS } from './section-6-runs.js';
import {
  besidePyTorch,
  type Compared,
  comparedRuns,
  meanOver,
  overSeeds,
  shortness,
  tailInWords,
} from './section-6-words.js';

/** The four runs by what they have. */
interface Ablation {
  neither: Compared;
  layerNorm: Compared;
  dropout: Compared;
  both: Compared;
}

/** 6.2: LayerNorm and dropout, with and without each other. */
export async function ablationPart(
  results: readonly RunResult[],
  { allSeeds }: SectionContext,
): Promise<{ text: string; html: string; summary: string }> {
  const compared = comparedRuns(ABLATION_RUNS, results, allSeeds);
  const [neither, layerNorm, dropout, both] = compared;
  if (!neither || !layerNorm || !dropout || !both) throw new RangeError('6.2 needs all of its runs.');
  const ablation = { neither, layerNorm, dropout, both };
  const own = compared.map(({ result }) => result);
  const table = figuresTable(own, allSeeds);
  const curves = own.map(curveOf);
  const { maxSteps, batchSize, learningRate } = neither.result.config;
  const html = [
    '<h3 id="section-6-2">6.2 Layer Normalization and Dropout</h3>',
    `<p>The same network, AdamW at learning rate ${learningRate}, batches of ${batchSize}, ${stepsInWords(maxSteps)}; LayerNorm between each hidden layer and its relu, dropout (p = ${dropout.result.config.dropout}) after the relu.</p>`,
    shortness(compared),
    figure(
      await lossChart(curves),
      `Train loss. Thin: single steps; thick: mean of ${stepsInWords(smoothingWindow(maxSteps))}. With dropout it is the loss of a network that lacks some of its units.`,
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
      `The generalization gap: from ${tailInWords(neither)} to the test loss at the end.`,
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
    '<p>The two tuned runs of 6.1 are one answer. A run of your own: <code>experiments run ablation/dropout_only --set dropout=0.3 --name mine/dropout-0.3</code>; ' +
      '<code>experiments compare ablation/dropout_only mine/dropout-0.3</code> then shows both over each other.</p>',
  ];
  return {
    text: `6.2 Layer Normalization and Dropout\n${printedFigures(table)}`,
    html: html.filter(Boolean).join('\n'),
    summary: summarize(compared),
  };
}

const DASHED = ' Dashed: PyTorch’s own run of the same seed, where it was recorded.';

const testLoss = (each: Compared) => meanOver(each, (figures) => figures.testLoss);
const accuracy = (each: Compared) => meanOver(each, (figures) => figures.testAccuracy);
const gapOf = (figures: Figures) => figures.testLoss - figures.tailTrainLoss;

function ranked(compared: readonly Compared[], of: (each: Compared) => number): Compared[] {
  return [...compared].sort((a, b) => of(a) - of(b));
}

function summarize(compared: readonly Compared[]): string {
  const byLoss = ranked(compared, testLoss);
  const [winner] = byLoss;
  if (!winner) return '';
  const order = byLoss.map((each) => `${each.title} (${testLoss(each).toFixed(3)})`);
  return `By test loss at the end, from the best on: ${order.join(', ')}${overSeeds(winner)}.`;
}

/** More than this share above its lowest point, a test loss is called risen. */
const RISEN = 0.02;

function describeCurves(each: Compared): string {
  const { title, figures, result } = each;
  const { best, testLoss: end, tailTrainLoss } = figures;
  const gap = gapOf(figures);
  const course = ((): string => {
    if (result.metrics.test.length === 1)
      return `It was evaluated once, with a test loss of ${end.toFixed(3)}`;
    if (end <= best.loss * (1 + RISEN)) {
      const still = best.step === result.end.step ? ' and is lowest there' : '';
      return `The test loss ends at ${end.toFixed(3)}${still}: nothing is lost by training on so far`;
    }
    const rise = percent(end / best.loss - 1, 0);
    return `The test loss is lowest, ${best.loss.toFixed(3)}, after ${stepsInWords(best.step)} (${percent(best.accuracy)} right), and ends ${rise} above that, at ${end.toFixed(3)} (${percent(figures.testAccuracy)} right): from there on the network overfits`;
  })();
  const distance =
    gap >= 0
      ? `The gap between train and test loss is ${gap.toFixed(3)}`
      : `The test loss is ${(-gap).toFixed(3)} below the train loss, as it is where the loss still falls fast or dropout handicaps the training`;
  return `<strong>${title}</strong>: ${tailInWords(each)} is ${tailTrainLoss.toFixed(3)}. ${course}. ${distance}.`;
}

function describeRanking(compared: readonly Compared[]): string {
  const byLoss = ranked(compared, testLoss);
  const byAccuracy = ranked(compared, (each) => -accuracy(each));
  const [best, last] = [byAccuracy[0], byAccuracy.at(-1)];
  const [winner] = byLoss;
  if (!best || !last || !winner) return '';
  const losses = byLoss.map((each) => `${each.title} ${testLoss(each).toFixed(3)}`);
  const range = accuracy(best) - accuracy(last);
  const images = best.result.config.data.testImages;
  const chance = chanceDifference((accuracy(best) + accuracy(last)) / 2, images);
  const overlap =
    range < chance
      ? `which is less than the choice of ${count(images)} test images alone may do (${(chance * 100).toFixed(1)}), so that they do not decide`
      : `where the choice of ${count(images)} test images alone may do ${(chance * 100).toFixed(1)}`;
  const lowest = ranked(compared, (each) => meanOver(each, (figures) => figures.best.loss))[0] ?? winner;
  const early =
    lowest === winner
      ? `It also has the smallest test loss at its best evaluation`
      : `Stopped at its best evaluation, ${lowest.title} would have had the smallest`;
  return (
    `${winner.title}, by the test loss at the end${overSeeds(winner)}: ${losses.join(', ')}. ${early} (${meanOver(lowest, (figures) => figures.best.loss).toFixed(3)}). ` +
    `The accuracies, from ${percent(accuracy(last))} (${last.title}) to ${percent(accuracy(best))} (${best.title}), lie ${(range * 100).toFixed(1)} points apart, ${overlap}.`
  );
}

/** What one part changes of a figure, without the other part and with it. */
function effects(
  of: (figures: Figures) => number,
  pairs: readonly (readonly [without: Compared, added: Compared])[],
): number[] {
  return pairs.map(([without, added]) => meanOver(added, of) - meanOver(without, of));
}

function describeDropout({ neither, layerNorm, dropout, both }: Ablation): string {
  const pairs = [
    [neither, dropout],
    [layerNorm, both],
  ] as const;
  const loss = effects((figures) => figures.testLoss, pairs);
  const gap = effects(gapOf, pairs);
  const tamed = pairs.every(([without], index) => meanOver(without, gapOf) > 0 && (gap[index] ?? 0) < 0);
  const train = effects((figures) => figures.tailTrainLoss, pairs);
  return (
    `${verdictOf('Dropout', 'LayerNorm', loss)}: it changes the test loss at the end by ${inOrder(loss, 'LayerNorm')}. ` +
    `The train loss changes by ${inOrder(train, 'LayerNorm')}, the gap between the two by ${inOrder(gap, 'LayerNorm')}.${tamed ? ' The network knows its train images less by heart: that is what dropout is for.' : ''}`
  );
}

function describeLayerNorm({ neither, layerNorm, dropout, both }: Ablation): string {
  const pairs = [
    [neither, layerNorm],
    [dropout, both],
  ] as const;
  const loss = effects((figures) => figures.testLoss, pairs);
  const early = pairs.map(([without, added]) => {
    const step = Math.max(1, Math.round(Math.min(without.result.end.step, added.result.end.step) / 20));
    return { step, change: earlyLoss(added, step) - earlyLoss(without, step) };
  });
  const [{ step } = { step: 1 }] = early;
  const changes = early.map(({ change }) => change);
  const pace = changes.every((change) => change < 0)
    ? 'training starts faster with it'
    : changes.every((change) => change > 0)
      ? 'training does not start faster with it'
      : 'whether training starts faster with it depends on dropout';
  return (
    `${verdictOf('LayerNorm', 'dropout', loss)}: it changes the test loss at the end by ${inOrder(loss, 'dropout')}. ` +
    `After a twentieth of the run (${stepsInWords(step)}) it changes the smoothed train loss by ${inOrder(changes, 'dropout')}: ${pace}.`
  );
}

/** The smoothed train loss after so many steps, of the seed that the pictures show. */
function earlyLoss({ result }: Compared, step: number): number {
  const losses = result.metrics.train.map((line) => line.train_loss);
  return runningMean(losses.slice(0, step), smoothingWindow(losses.length)).at(-1) ?? Number.NaN;
}

/** Whether a part lowers the test loss, of both networks that it is added to. */
function verdictOf(part: string, other: string, changes: readonly number[]): string {
  if (changes.every((change) => change < 0)) return `${part} helps, with ${other} and without`;
  if (changes.every((change) => change > 0)) return `${part} does not help, with ${other} or without`;
  if (changes.every((change) => change === 0)) return `${part} changes nothing`;
  return `Whether ${part} helps depends on ${other}`;
}

function inOrder(changes: readonly number[], other: string): string {
  const [without = 0, beside = 0] = changes;
  return listOf([`${signed(without)} without ${other}`, `${signed(beside)} with it`]);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
