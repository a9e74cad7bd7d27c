import type { AccuracyTable } from '../accuracy-table.js';
import type { ActivationStatistics } from '../activations.js';
import { commandLine } from '../command-line.js';
import { mean } from '../mean.js';
import { activationChart } from '../report/activation-chart.js';
import { curveOf } from '../report/curve.js';
import { lossChart } from '../report/loss-chart.js';
import { escapeHtml, figure, htmlTable, quote } from '../report/page.js';
import type { RunResult } from '../run-result.js';
import { chanceDifference, count, listOf, percent, points } from '../words.js';
import { pytorchNote } from './pytorch-note.js';
import { shortness } from './shortness.js';

/** Section 1's part of the report: what was asked, what came out, and what to see in it. */
export async function section1Report(results: readonly RunResult[], table: AccuracyTable): Promise<string> {
  const config = results[0]?.config;
  if (!config) throw new RangeError('A report needs at least one run.');
  const { data, maxSteps: steps, seed, backend, learningRate, batchSize } = config;
  const [activations, losses] = await Promise.all([
    activationChart(results),
    lossChart(results.map(curveOf), { overlapping: true }),
  ]);
  const parts = [
    `<p>"Yours" is the reader's own Xavier in the notebook; here it is this project's, written from the paper. (To check your own: <code>${commandLine('check', 'FILE')}</code>.)</p>`,
    `<p>SimpleNet (784-256-128-64-10, tanh) on Fashion-MNIST, trained from six starts: SGD at learning rate ${learningRate}, batches of ${batchSize}, ${steps} steps, seed ${escapeHtml(String(seed))}, backend ${backend}. ${count(data.trainImages)} train and ${count(data.testImages)} test images.${pytorchNote(results)}</p>`,
    shortness(results),
    `<h3>Activations before training</h3>`,
    figure(
      activations,
      'Outputs of the three tanh layers of the untrained network for the first train batch: share of the values in each of 100 bins over [-1, 1]. Each panel has its own height.',
    ),
    `<ul>${results.map(describeActivations).join('')}</ul>`,
    ...describeReference(results),
    `<h3>Impact of weight initialization on training</h3>`,
    figure(
      losses,
      'Train loss of all six runs. Thin: single steps; thick: mean of the last fortieth of the run.',
    ),
    `<p>${describeLosses(results)}</p>`,
    `<h3>Accuracy on the test set</h3>`,
    htmlTable(table),
    quote(
      'Some methods are intentionally flawed, resulting in stalled loss or high initial loss. Which models perform well?',
    ),
    `<p>${describeRanking(results)}</p>`,
    describeParting(results),
  ];
  return parts.filter(Boolean).join('\n');
}

function describeActivations({ run, activations }: RunResult): string {
  const spread = activations.map((each) => each.std.toPrecision(2)).join(', ');
  return `<li><strong>${escapeHtml(run.title)}</strong>: ${verdict(activations)} (standard deviations ${spread}).</li>`;
}

/** The fraction of saturated outputs in the layer that has the fewest. */
function saturation(activations: readonly ActivationStatistics[]): number {
  return Math.min(...activations.map((each) => each.saturated));
}

/** Above it, a network's layers are called saturated. */
const HALF = 0.5;

/** What a histogram's shape means for training, judged by its numbers. */
function verdict(activations: readonly ActivationStatistics[]): string {
  const [first, last] = [activations[0], activations.at(-1)];
  if (!first || !last) return 'no tanh layer';
  if (last.std === 0) return 'every output is exactly 0, so no weight but the last bias gets a gradient';
  const saturated = saturation(activations);
  if (saturated > HALF) {
    return `at least ${Math.round(saturated * 100)} % of each layer's outputs lie beyond ±0.99, where tanh is flat and lets hardly any gradient through`;
  }
  if (last.std < first.std / 10)
    return `the signal shrinks from layer to layer, by ${(first.std / last.std).toFixed(0)} times in all`;
  return 'the outputs keep their spread through all layers, and few are saturated';
}

/** Whether the two implementations of Xavier agree, which draw other numbers. */
function describeReference(results: readonly RunResult[]): string[] {
  const [yours, reference] = ['init/xavier', 'init/xavier-reference'].map((name) =>
    results.find(({ run }) => run.name === name),
  );
  if (!yours || !reference) return [];
  const ratios = yours.activations.map(
    ({ std }, index) => std / (reference.activations[index]?.std ?? Number.NaN),
  );
  const apart = Math.max(...ratios.map((ratio) => Math.abs(ratio - 1)));
  const accuracies = [yours, reference].map(({ end }) => percent(end.test.test_accuracy));
  const layers = Number.isFinite(apart)
    ? `The standard deviations of their layers differ by at most ${percent(apart)}; after`
    : 'After';
  return [
    quote('If implemented correctly, the two methods should have similar results.'),
    `<p>The reference here is TensorFlow.js’s glorotUniform, which draws other numbers from the same distribution. ${layers} training the accuracies are ${accuracies.join(' and ')}.</p>`,
  ];
}

/** The section in a sentence. */
export function section1Summary(results: readonly RunResult[]): string {
  const ranked = [...results].sort((a, b) => b.end.test.test_accuracy - a.end.test.test_accuracy);
  const [best, worst] = [ranked[0], ranked.at(-1)];
  if (!best || !worst) return '';
  const of = ({ run, end }: RunResult) => `${escapeHtml(run.title)} (${percent(end.test.test_accuracy)})`;
  return `The best start is ${of(best)}, the worst ${of(worst)}.`;
}

function describeLosses(results: readonly RunResult[]): string {
  const moved = results.map(({ run, metrics }) => {
    const first = metrics.train[0]?.train_loss ?? Number.NaN;
    const last = tailMean(metrics.train.map((line) => line.train_loss));
    return `${escapeHtml(run.title)} from ${first.toFixed(2)} to ${last.toFixed(2)}`;
  });
  return (
    `From the first step to the mean of the last tenth: ${moved.join('; ')}. A guess that gives every class the same probability ` +
    `has a loss of ln 10 = ${Math.log(10).toFixed(3)}: a start well above it is a network that is sure and wrong, and one ` +
    'that stays at it is about as unsure as a guess, however often it happens to be right.'
  );
}

function describeRanking(results: readonly RunResult[]): string {
  const ranked = results
    .map(({ run, end }) => ({ title: run.title, accuracy: end.test.test_accuracy }))
    .sort((a, b) => b.accuracy - a.accuracy);
  const list = ranked.map(({ title, accuracy }) => `${escapeHtml(title)} (${percent(accuracy)})`).join(', ');
  return (
    `From the best to the worst of this run: ${list}.${describeLevel(results)} Ten classes make 10 % chance. ` +
    results.flatMap(describeTrouble).join(' ')
  );
}

/** Which starts end so near the best that their order tells nothing. */
function describeLevel(results: readonly RunResult[]): string {
  const ranked = [...results].sort((a, b) => b.end.test.test_accuracy - a.end.test.test_accuracy);
  const [best] = ranked;
  if (!best) return '';
  const accuracy = best.end.test.test_accuracy;
  const images = best.config.data.testImages;
  const chance = chanceDifference(accuracy, images);
  const level = ranked.filter(({ end }) => accuracy - end.test.test_accuracy < chance);
  if (level.length < 2) return '';
  const titles = listOf(level.map(({ run }) => escapeHtml(run.title)));
  return ` The order of ${titles} tells nothing: the choice of ${count(images)} test images alone may do ${points(chance)} points.`;
}

/** Why saturated runs of PyTorch's seed do not end where PyTorch's do; nothing where none is compared. */
function describeParting(results: readonly RunResult[]): string {
  const saturated = results
    .filter(
      ({ run, pytorch, activations }) => run.sameSeed && pytorch?.sameSeed && saturation(activations) > HALF,
    )
    .map(({ run }) => escapeHtml(run.title));
  if (saturated.length === 0) return '';
  return (
    `<p>${saturated.join(' and ')} drew the random numbers that PyTorch draws. Their losses are PyTorch's for the first steps and part from it later: where ` +
    'tanh is saturated, a difference in the last bit of a sum grows from step to step. PyTorch parts from itself in the same ' +
    'way: with Unit Gaussian, one seed, computed by two of its own versions for different processors, differs by 5e-7 of the loss at step 1, by up to ' +
    '8e-4 within 10 steps, 9e-2 within 50 and 3e-1 within 300. The other runs stay with PyTorch to the end.</p>'
  );
}

/** What is wrong with a start, as far as its losses show it: nothing for those that begin and go on well. */
function describeTrouble({ run, metrics }: RunResult): string[] {
  const first = metrics.train[0]?.train_loss ?? Number.NaN;
  const last = tailMean(metrics.train.map((line) => line.train_loss));
  const guess = Math.log(10);
  const title = escapeHtml(run.title);
  if (first > 2 * guess) {
    return [
      `${title} begins with a loss of ${first.toFixed(1)}, where a guess has ${guess.toFixed(1)}, and has that to make up first.`,
    ];
  }
  if (Math.abs(last - guess) < 0.05) return [`${title} stalls: it ends at the loss of a guess.`];
  return [];
}

function tailMean(values: readonly number[]): number {
  return mean(values.slice(-Math.max(1, Math.round(values.length / 10))));
}
