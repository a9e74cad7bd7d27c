import type { ActivationStatistics } from '../../model/activation-statistics.js';
import { type AccuracyTable, accuracyTable, printedTable } from '../../report/accuracy-table.js';
import { curveOf } from '../../report/curve.js';
import { lossChart } from '../../report/loss-chart.js';
import { escapeHtml, figure, htmlTable, quote } from '../../report/page.js';
import { commandLine } from '../../terminal/command-line.js';
import { count, listOf, percent, points } from '../../terminal/format.js';
import type { SectionReport } from '../section.js';
import { pytorchNote } from '../shared/pytorch-note.js';
import { shortness } from '../shared/shortness.js';
import { activationChart } from './activation-chart.js';
import { GUESS_LOSS, type InitializationFindings, SATURATED, type Start } from './findings.js';

/** Writes section 1: the questions, the results and their interpretation. */
export async function reportInitializations(findings: InitializationFindings): Promise<SectionReport> {
  const table = accuracyTable('Initialization', findings.results, findings.allSeeds);
  return {
    text: printedTable(table),
    html: await initializationHtml(findings, table),
    summary: summarize(findings),
  };
}

async function initializationHtml(findings: InitializationFindings, table: AccuracyTable): Promise<string> {
  const { results, starts } = findings;
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
    `<ul>${starts.map(describeActivations).join('')}</ul>`,
    ...describeReference(findings),
    `<h3>Impact of weight initialization on training</h3>`,
    figure(
      losses,
      'Train loss of all six runs. Thin: single steps; thick: mean of the last fortieth of the run.',
    ),
    `<p>${describeLosses(findings)}</p>`,
    `<h3>Accuracy on the test set</h3>`,
    htmlTable(table),
    quote(
      'Some methods are intentionally flawed, resulting in stalled loss or high initial loss. Which models perform well?',
    ),
    `<p>${describeRanking(findings)}</p>`,
    describeParting(findings),
  ];
  return parts.filter(Boolean).join('\n');
}

function describeActivations({ title, activations, saturation }: Start): string {
  const spread = activations.map((each) => each.std.toPrecision(2)).join(', ');
  return `<li><strong>${escapeHtml(title)}</strong>: ${verdict(activations, saturation)} (standard deviations ${spread}).</li>`;
}

/** Returns the consequence of a histogram for training, by its numbers. */
function verdict(activations: readonly ActivationStatistics[], saturation: number): string {
  const [first, last] = [activations[0], activations.at(-1)];
  if (!first || !last) return 'no tanh layer';
  if (last.std === 0) return 'every output is exactly 0, so no weight but the last bias gets a gradient';
  if (saturation > SATURATED) {
    return `at least ${Math.round(saturation * 100)} % of each layer's outputs lie beyond ±0.99, where tanh is flat and lets hardly any gradient through`;
  }
  if (last.std < first.std / 10)
    return `the signal shrinks from layer to layer, by ${(first.std / last.std).toFixed(0)} times in all`;
  return 'the outputs keep their spread through all layers, and few are saturated';
}

/** Compares the two implementations of Xavier, which draw different numbers. */
function describeReference({ reference }: InitializationFindings): string[] {
  if (!reference) return [];
  const { apart, accuracies } = reference;
  const layers = Number.isFinite(apart)
    ? `The standard deviations of their layers differ by at most ${percent(apart)}; after`
    : 'After';
  return [
    quote('If implemented correctly, the two methods should have similar results.'),
    `<p>The reference here is TensorFlow.js’s glorotUniform, which draws other numbers from the same distribution. ${layers} training the accuracies are ${accuracies.map((accuracy) => percent(accuracy)).join(' and ')}.</p>`,
  ];
}

/** Summarizes the section in a sentence. */
function summarize({ ranked }: InitializationFindings): string {
  const [best, worst] = [ranked[0], ranked.at(-1)];
  if (!best || !worst) return '';
  const of = ({ title, accuracy }: Start) => `${escapeHtml(title)} (${percent(accuracy)})`;
  return `The best start is ${of(best)}, the worst ${of(worst)}.`;
}

function describeLosses({ starts }: InitializationFindings): string {
  const moved = starts.map(
    ({ title, firstLoss, tailLoss }) =>
      `${escapeHtml(title)} from ${firstLoss.toFixed(2)} to ${tailLoss.toFixed(2)}`,
  );
  return (
    `From the first step to the mean of the last tenth: ${moved.join('; ')}. A guess that gives every class the same probability ` +
    `has a loss of ln 10 = ${GUESS_LOSS.toFixed(3)}: a start well above it is a network that is sure and wrong, and one ` +
    'that stays at it is about as unsure as a guess, however often it happens to be right.'
  );
}

function describeRanking({ starts, ranked, level }: InitializationFindings): string {
  const list = ranked.map(({ title, accuracy }) => `${escapeHtml(title)} (${percent(accuracy)})`).join(', ');
  return (
    `From the best to the worst of this run: ${list}.${describeLevel(level)} Ten classes make 10 % chance. ` +
    starts.flatMap(describeTrouble).join(' ')
  );
}

/** Names the initializations that end too close to the best to rank. */
function describeLevel(level: InitializationFindings['level']): string {
  if (!level) return '';
  const titles = listOf(level.titles.map(escapeHtml));
  return ` ${titles} are too close to rank: with ${count(level.images)} test images, chance alone can account for ${points(level.chance)} points.`;
}

/**
 * Explains why saturated runs with PyTorch's seed end elsewhere than PyTorch's; returns '' if none
 * is compared.
 */
function describeParting({ starts }: InitializationFindings): string {
  const saturated = starts
    .filter(({ besidePyTorch, saturation }) => besidePyTorch && saturation > SATURATED)
    .map(({ title }) => escapeHtml(title));
  if (saturated.length === 0) return '';
  return (
    `<p>${saturated.join(' and ')} drew the random numbers that PyTorch draws. Their losses are PyTorch's for the first steps and part from it later: where ` +
    'tanh is saturated, a difference in the last bit of a sum grows from step to step. PyTorch parts from itself in the same ' +
    'way: with Unit Gaussian, one seed, computed by two of its own versions for different processors, differs by 5e-7 of the loss at step 1, by up to ' +
    '8e-4 within 10 steps, 9e-2 within 50 and 3e-1 within 300. The other runs stay with PyTorch to the end.</p>'
  );
}

/** Returns the problem of an initialization that its losses show; empty if they show none. */
function describeTrouble({ title, firstLoss, tailLoss }: Start): string[] {
  if (firstLoss > 2 * GUESS_LOSS) {
    return [
      `${escapeHtml(title)} begins with a loss of ${firstLoss.toFixed(1)}, where a guess has ${GUESS_LOSS.toFixed(1)}, and has that to make up first.`,
    ];
  }
  if (Math.abs(tailLoss - GUESS_LOSS) < 0.05)
    return [`${escapeHtml(title)} stalls: it ends at the loss of a guess.`];
  return [];
}
