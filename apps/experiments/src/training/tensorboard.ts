import { errorMessage } from '@trainkit/checks';
import { classNames } from '@trainkit/fashion-mnist';
import { type Hparam, type Pixels, SummaryWriter } from '@trainkit/tensorboard';
import { formatSetting } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import type { TestMetrics } from '../figures/metrics.js';
import type { Example, Predictions } from '../model/prediction-summary.js';
import { percent } from '../terminal/format.js';
import type { Terminal } from '../terminal/terminal.js';

/** The edge of a cell of the confusion matrix in pixels. */
const CELL = 16;
const SIDE = 28;

/**
 * Returns the TensorBoard tag of a logged number or tensor: `loss/train`, `accuracy/test`. Other
 * numbers are in `monitor/` and distributions in `parameters/`, which TensorBoard sorts after
 * these.
 */
export function tagOf(name: string): string {
  const metric = /^(train|validation)\/(loss|accuracy)$/.exec(name);
  if (metric) return `${metric[2]}/${metric[1] === 'train' ? 'train' : 'test'}`;
  if (name.startsWith('train/')) return name.replace('train/', 'monitor/');
  return `parameters/${name}`;
}

/** Logs the config of a run as a text, once at its start, in an event file of its own. */
export async function logConfig(
  folder: string,
  { config, step, terminal }: { config: RunConfig; step: number; terminal: Terminal },
): Promise<void> {
  if (step > 0) return;
  await withWriter(folder, terminal, (writer) => writer.addText('config', configTable(config), 0));
}

/** The end of a run, for {@link logOutcome}. */
export interface Outcome {
  config: RunConfig;
  end: { step: number; test: TestMetrics };
  predictions: Predictions;
  terminal: Terminal;
}

/**
 * Logs the end of a run, in an event file of its own: its row of the HParams table, the garments of
 * its predictions and the confusion matrix as images, and the names of the garments as a text.
 */
export async function logOutcome(
  folder: string,
  { config, end: { step, test }, predictions, terminal }: Outcome,
): Promise<void> {
  const { confusion, examples } = predictions;
  const right = examples.filter(({ label, predicted }) => label === predicted);
  const wrong = examples.filter(({ label, predicted }) => label !== predicted);
  await withWriter(folder, terminal, (writer) => {
    const metrics = { 'accuracy/final': test.test_accuracy, 'loss/final': test.test_loss };
    writer.addHparams(hparamsOf(config), metrics, { step });
    if (right.length > 0) writer.addImage('predictions/right', garments(right), step);
    if (wrong.length > 0) writer.addImage('predictions/wrong', garments(wrong), step);
    writer.addImage('predictions/confusion', confusionImage(confusion), step);
    writer.addText('predictions', predictionTable(right, wrong), step);
  });
}

/** Returns the settings of a run as hyperparameters; objects, lists and null are texts. */
export function hparamsOf({ run: _run, data, ...settings }: RunConfig): Record<string, Hparam> {
  const all = Object.entries({ ...settings, data: data.name, trainImages: data.trainImages });
  return Object.fromEntries(
    all.map(([name, value]) => [name, typeof value === 'number' ? value : formatSetting(value)]),
  );
}

function configTable(config: RunConfig): string {
  return markdownTable(
    ['setting', 'value'],
    Object.entries(config).map(([name, value]) => [name, formatSetting(value)]),
  );
}

function predictionTable(right: readonly Example[], wrong: readonly Example[]): string {
  const rows = (image: string, examples: readonly Example[]) =>
    examples.map(({ label, predicted, probability }, index) => [
      `${image} ${index + 1}`,
      classNames[label] ?? String(label),
      classNames[predicted] ?? String(predicted),
      percent(probability, 0),
    ]);
  return markdownTable(
    ['image', 'class', 'predicted', 'probability'],
    [...rows('right', right), ...rows('wrong', wrong)],
  );
}

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function garments(examples: readonly Example[]): Pixels {
  const data = new Uint8Array(examples.length * SIDE * SIDE);
  for (const [index, { pixels }] of examples.entries()) {
    data.set(Buffer.from(pixels, 'base64').subarray(0, SIDE * SIDE), index * SIDE * SIDE);
  }
  return { data, shape: [examples.length, SIDE, SIDE, 1] };
}

/** Draws the confusion matrix: a row for each class, brighter for a larger part of its images. */
function confusionImage(confusion: Predictions['confusion']): Pixels {
  const edge = confusion.length * CELL;
  const data = new Uint8Array(edge * edge);
  for (const [row, counts] of confusion.entries()) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (const [column, count] of counts.entries()) {
      const gray = total === 0 ? 0 : Math.round((255 * count) / total);
      for (let y = 0; y < CELL; y++) {
        const from = (row * CELL + y) * edge + column * CELL;
        data.fill(gray, from, from + CELL);
      }
    }
  }
  return { data, shape: [edge, edge] };
}

/** Writes one event file. A failure is a warning, since the run itself is not affected. */
async function withWriter(
  folder: string,
  terminal: Terminal,
  write: (writer: SummaryWriter) => void,
): Promise<void> {
  try {
    const writer = new SummaryWriter(folder, { onError: () => undefined });
    try {
      write(writer);
    } finally {
      await writer.close();
    }
  } catch (error) {
    terminal.write(`Warning: TensorBoard will lack a part of this run: ${errorMessage(error)}\n`);
  }
}
