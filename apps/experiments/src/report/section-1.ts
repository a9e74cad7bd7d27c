import type { ActivationStatistics } from '../activations.js';
import { pytorchVersion } from '../pytorch.js';
import { missingPyTorch, type RunResult, resultHeadings, resultRow } from '../results.js';
import { activationChart, lossChart } from './charts.js';
import { escapeHtml, figure, htmlPage, htmlTable } from './page.js';

/** The report of section 1, as one HTML page: what was asked, what came out, and what to see in it. */
export async function section1Report(results: readonly RunResult[]): Promise<string> {
  const config = results[0]?.config;
  if (!config) throw new RangeError('A report needs at least one run.');
  const { data, steps, seed, backend, learningRate, batchSize } = config;
  const [activations, losses] = await Promise.all([activationChart(results), lossChart(results)]);
  const note = missingPyTorch(results);
  const version =
    data.name === 'custom'
      ? ''
      : ` PyTorch ${pytorchVersion(data.name)}'s figures were recorded on the same data.`;
  const parts = [
    `<h1>1. Initialization</h1>`,
    sampleWarning(results),
    `<p>SimpleNet (784-256-128-64-10, tanh) on Fashion-MNIST, trained from six starts: SGD at learning rate ${learningRate}, batches of ${batchSize}, ${steps} steps, seed ${escapeHtml(String(seed))}, backend ${backend}. ${data.trainImages.toLocaleString('en')} train and ${data.testImages.toLocaleString('en')} test images.${version}</p>`,
    `<h2>Activations before training</h2>`,
    figure(
      activations,
      'Outputs of the three tanh layers of the untrained network for the first train batch: share of the values in each of 100 bins over [-1, 1]. Each panel has its own height.',
    ),
    `<ul>${results.map(describeActivations).join('')}</ul>`,
    `<h2>Impact of weight initialization on training</h2>`,
    figure(losses, 'Train loss of all six runs. Thin: every recorded step; thick: running mean.'),
    `<p>${describeLosses(results)}</p>`,
    `<h2>Accuracy on the test set</h2>`,
    htmlTable(
      resultHeadings(results),
      results.map((result) => Object.values(resultRow(result))),
    ),
    note ? `<p class="soft">${escapeHtml(note)}</p>` : '',
    `<p>${describeRanking(results)}</p>`,
  ];
  return htmlPage('Practical Deep Learning: 1. Initialization', parts.filter(Boolean).join('\n'));
}

function sampleWarning(results: readonly RunResult[]): string {
  if (results[0]?.config.data.name !== 'sample') return '';
  return (
    '<p class="loud"><strong>These runs used the embedded sample</strong> (6,000 train and 1,000 test images), not ' +
    'the full Fashion-MNIST: accuracies are lower than the full set gives.</p>'
  );
}

function describeActivations({ run, activations }: RunResult): string {
  const spread = activations.map((each) => each.std.toPrecision(2)).join(', ');
  return `<li><strong>${escapeHtml(run.title)}</strong>: ${verdict(activations)} (standard deviations ${spread}).</li>`;
}

/** What a histogram's shape means for training, judged by its numbers. */
function verdict(activations: readonly ActivationStatistics[]): string {
  const [first, last] = [activations[0], activations.at(-1)];
  if (!first || !last) return 'no tanh layer';
  if (last.std === 0) return 'every output is exactly 0, so no weight but the last bias gets a gradient';
  const saturated = Math.min(...activations.map((each) => each.saturated));
  if (saturated > 0.5) {
    return `at least ${Math.round(saturated * 100)} % of each layer's outputs lie beyond ±0.99, where tanh is flat and lets hardly any gradient through`;
  }
  if (last.std < first.std / 10)
    return `the signal shrinks from layer to layer, by ${(first.std / last.std).toFixed(0)} times in all`;
  return 'the outputs keep their spread through all layers, and few are saturated';
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
    .map(({ run, metrics }) => ({ title: run.title, accuracy: metrics.test.at(-1)?.test_accuracy ?? 0 }))
    .sort((a, b) => b.accuracy - a.accuracy);
  const list = ranked
    .map(({ title, accuracy }) => `${escapeHtml(title)} (${(accuracy * 100).toFixed(1)} %)`)
    .join(', ');
  return `Which perform well? From the best to the worst of this run: ${list}. Ten classes make 10 % chance.`;
}

function tailMean(values: readonly number[]): number {
  const tail = values.slice(-Math.max(1, Math.round(values.length / 10)));
  return tail.reduce((sum, value) => sum + value, 0) / tail.length;
}
