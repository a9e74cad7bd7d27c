import { configDifferences } from '@trainkit/trainer';
import { formatSetting } from '../../config/diff.js';
import { chanceDifference, runningMean, smoothingWindow } from '../../figures/statistics.js';
import { curveOf } from '../../report/curve.js';
import { evaluationChart } from '../../report/evaluation-chart.js';
import { figuresTable, printedFigures } from '../../report/figures-table.js';
import { lossChart, trainAccuracyChart } from '../../report/loss-chart.js';
import { escapeHtml, figure, groupedTable, quote } from '../../report/page.js';
import { ahead, count, formatSteps, listOf, percent, points } from '../../terminal/format.js';
import type { SectionReport } from '../section.js';
import { shortness } from '../shared/shortness.js';
import { accuracyOf, type Compared, DASHED, formatTail, overSeeds, testLossOf } from './compared.js';
import type { ExperimentFindings } from './findings.js';
import { besidePyTorch } from './pytorch.js';

/** Writes 6.1: SGD against AdamW, and both tuned. */
export async function reportOptimizers({ optimizers, allSeeds }: ExperimentFindings): Promise<SectionReport> {
  const { compared, sgd, adamw, tunedSgd, tunedAdamw } = optimizers;
  const own = compared.map(({ result }) => result);
  const table = figuresTable(own, allSeeds);
  const curves = own.map(curveOf);
  const { maxSteps, batchSize, data } = sgd.result.config;
  const html = [
    '<h3 id="section-6-1">6.1 SGD vs AdamW</h3>',
    `<p>784-4×512-10 with relu, Kaiming’s start, batches of ${batchSize}, ${formatSteps(maxSteps)}: plain SGD at learning rate ${sgd.result.config.learningRate}, AdamW at ${adamw.result.config.learningRate}; neither LayerNorm nor dropout. The two tuned runs are this project’s own.</p>`,
    shortness(own),
    figure(
      await lossChart(curves),
      `Train loss. Thin: single steps; thick: mean of ${formatSteps(smoothingWindow(maxSteps))}.`,
    ),
    figure(await trainAccuracyChart(curves), 'Train accuracy, in the same way.'),
    figure(await evaluationChart(curves, { of: 'loss' }), `Test loss at each evaluation.${DASHED}`),
    figure(await evaluationChart(curves, { of: 'accuracy' }), `Test accuracy at each evaluation.${DASHED}`),
    groupedTable(table),
    quote('After training the models, what do you observe when comparing the train_loss curves?'),
    `<p>${describeTrainLoss(sgd, adamw)}</p>`,
    quote('Which of the two gives a better accuracy, and which one converges faster?'),
    `<p>${describeAccuracy(sgd, adamw, data.testImages)} ${describePace(sgd, adamw)}</p>`,
    quote('Can you tune them to give better results?'),
    `<p>${describeTuning([sgd, tunedSgd], [adamw, tunedAdamw])}</p>`,
    besidePyTorch(compared),
  ];
  return {
    text: `6.1 SGD vs AdamW\n${printedFigures(table)}`,
    html: html.filter(Boolean).join('\n'),
    summary: summarize(compared, sgd, adamw),
  };
}

function summarize(compared: readonly Compared[], sgd: Compared, adamw: Compared): string {
  const of = (each: Compared) => percent(accuracyOf(each));
  const [best] = [...compared].sort((a, b) => accuracyOf(b) - accuracyOf(a));
  return `SGD gets ${of(sgd)} of the test set right, AdamW ${of(adamw)}${best && best !== sgd && best !== adamw ? `, ${best.title} ${of(best)}` : ''}${overSeeds(sgd)}.`;
}

const lossesOf = ({ result }: Compared) => result.metrics.train.map((line) => line.train_loss);

/** Returns both curves up to the shorter one's end, smoothed as the chart's thick lines. */
function smoothed(a: Compared, b: Compared): { a: number[]; b: number[]; window: number } {
  const steps = Math.min(a.result.end.step, b.result.end.step);
  const window = smoothingWindow(steps);
  const of = (each: Compared) => runningMean(lossesOf(each).slice(0, steps), window);
  return { a: of(a), b: of(b), window };
}

function describeTrainLoss(sgd: Compared, adamw: Compared): string {
  const { a, b, window } = smoothed(sgd, adamw);
  const [firstA, firstB] = [sgd.figures.firstTrainLoss.toFixed(3), adamw.figures.firstTrainLoss.toFixed(3)];
  const start =
    firstA === firstB
      ? `Both begin at ${firstA}, with the same weights and the same batch.`
      : `${sgd.title} begins at ${firstA}, ${adamw.title} at ${firstB}.`;
  const from = window - 1;
  const below = b.slice(from).filter((loss, index) => loss < (a[from + index] ?? Number.NaN)).length;
  const steps = b.length - from;
  const [lower, upper, share] =
    below * 2 >= steps
      ? [adamw.title, sgd.title, below / steps]
      : [sgd.title, adamw.title, 1 - below / steps];
  const where = share === 1 ? 'at every step' : `at ${percent(share, 0)} of the steps`;
  return (
    `${start} ${window === 1 ? 'Step for step' : `Smoothed over ${formatSteps(window)}`}, ${lower}’s curve lies below ${upper}’s ${where}. ` +
    `At the end, ${formatTail(sgd)} is ${sgd.figures.tailTrainLoss.toFixed(3)} with ${sgd.title} and ${adamw.figures.tailTrainLoss.toFixed(3)} with ${adamw.title}.`
  );
}

function describeAccuracy(sgd: Compared, adamw: Compared, images: number): string {
  const [a, b] = [accuracyOf(sgd), accuracyOf(adamw)];
  const [better, other] = b >= a ? [adamw, sgd] : [sgd, adamw];
  const [high, low] = [Math.max(a, b), Math.min(a, b)];
  const chance = chanceDifference((high + low) / 2, images);
  const verdict = `${ahead(better.title, other.title, high - low)}: ${percent(high)} of the test set against ${percent(low)}`;
  const caveat =
    high - low < chance
      ? `That is no more than what the choice of ${count(images)} test images alone may do (${points(chance)} points)`
      : `The choice of ${count(images)} test images alone would do no more than ${points(chance)} points`;
  return `${verdict}${overSeeds(better)}. ${caveat}${describeSeeds(better, other)}.`;
}

/** Counts the seeds in which the run with the better mean is better. */
function describeSeeds(better: Compared, other: Compared): string {
  if (better.seeds.length < 2) return '';
  const pairs = better.seeds.flatMap((one) => {
    const same = other.seeds.find(({ config }) => config.seed === one.config.seed);
    return same ? [one.end.test.test_accuracy - same.end.test.test_accuracy] : [];
  });
  return `; ${better.title} is ahead with ${pairs.filter((difference) => difference > 0).length} of ${pairs.length} seeds`;
}

function describePace(sgd: Compared, adamw: Compared): string {
  const { a, b, window } = smoothed(sgd, adamw);
  const [endA = Number.NaN, endB = Number.NaN] = [a.at(-1), b.at(-1)];
  if (endA === endB) return 'Both end at the same train loss.';
  const [fast, slow, course, level] = endB < endA ? [adamw, sgd, b, endA] : [sgd, adamw, a, endB];
  const reached = course.findIndex((loss, index) => index >= window - 1 && loss <= level) + 1;
  const evaluation = fast.result.metrics.test.find(({ test_loss }) => test_loss <= slow.figures.testLoss);
  const onTest = evaluation
    ? `by its evaluation after ${formatSteps(evaluation.step)} its test loss is as good as ${slow.title}’s at the end`
    : `its test loss never gets to where ${slow.title}’s ends`;
  return `${fast.title} converges faster: after ${count(reached)} of ${formatSteps(course.length)} its ${window === 1 ? '' : 'smoothed '}train loss is down to ${level.toFixed(3)}, where ${slow.title} ends, and ${onTest}.`;
}

/** Describes the effect of tuning; each pair is the exercise's run and the tuned one. */
function describeTuning(first: readonly [Compared, Compared], second: readonly [Compared, Compared]): string {
  const pairs = [first, second];
  const sentences = pairs.map(([plain, tuned]) => {
    const changes = configDifferences(plain.result.config, tuned.result.config)
      .filter(({ field }) => field !== 'run')
      .map(({ field, before, now }) => `${field} ${formatSetting(now)} instead of ${formatSetting(before)}`);
    return (
      `${plain.title} with ${escapeHtml(listOf(changes))}: ${percent(accuracyOf(tuned))} instead of ${percent(accuracyOf(plain))}, ` +
      `test loss ${testLossOf(tuned).toFixed(3)} instead of ${testLossOf(plain).toFixed(3)}.`
    );
  });
  const better = pairs.filter(([plain, tuned]) => testLossOf(tuned) < testLossOf(plain));
  const verdict =
    better.length === pairs.length
      ? 'Yes, both.'
      : better.length === 0
        ? 'Not with these settings.'
        : `With these settings ${listOf(better.map(([plain]) => plain.title))} alone.`;
  const gain = accuracyOf(first[1]) - accuracyOf(second[1]);
  const between = `Of the two tuned ones, ${ahead(first[1].title, second[1].title, gain)}.`;
  return `${verdict} ${sentences.join(' ')} ${between} (The settings were found in eleven trial runs on the sample and on the full set, by their test losses, which flatters them a little.)`;
}
