import { classNames } from '@trainkit/fashion-mnist';
import type { Example, Predictions } from '../model/prediction-summary.js';
import { count, percent } from '../terminal/format.js';
import { escapeHtml } from './escape.js';
import { grayImage } from './png.js';
import type { RunRecord } from './records.js';

const SIDE = 28;

/**
 * Returns the predictions of some runs: garments and the confusion matrix of the run with the best
 * test accuracy, and the accuracy by class of all. Returns '' without predictions.
 */
export function predictionsHtml(runs: readonly RunRecord[]): string {
  const predicted = runs.flatMap((run) =>
    run.predictions ? [{ ...run, predictions: run.predictions }] : [],
  );
  const [first, ...others] = predicted;
  if (!first) return '';
  const best = others.reduce(
    (most, run) => (run.figures.testAccuracy > most.figures.testAccuracy ? run : most),
    first,
  );
  const title = escapeHtml(best.title);
  return [
    '<h3>Predictions</h3>',
    '<div class="grid">',
    `<figure>${confusionTable(best.predictions)}<figcaption>Confusion matrix of ${title} on the test set: each row is a class, each column a prediction.</figcaption></figure>`,
    `<figure>${garments(best.predictions.examples)}<figcaption>The first test images of each class that ${title} gets right (✓) and wrong (✗), with the probability of the prediction.</figcaption></figure>`,
    `<figure>${classTable(predicted)}<figcaption>Test accuracy by class in percent.</figcaption></figure>`,
    '</div>',
  ].join('\n');
}

function confusionTable({ confusion }: Predictions): string {
  return matrixTable({
    corner: 'class \\ predicted',
    columns: confusion.map((_, index) => classTitle(index)),
    rows: confusion.map((counts, label) => {
      const total = counts.reduce((sum, each) => sum + each, 0);
      return {
        title: classTitle(label),
        own: label,
        cells: counts.map((each) => ({ text: each === 0 ? '' : String(each), share: each / (total || 1) })),
      };
    }),
  });
}

function classTable(runs: readonly { title: string; predictions: Predictions }[]): string {
  const classes = runs[0]?.predictions.confusion.length ?? 0;
  return matrixTable({
    corner: 'run',
    columns: Array.from({ length: classes }, (_, index) => classTitle(index)),
    rows: runs.map(({ title, predictions: { confusion } }) => ({
      title,
      cells: confusion.map((counts, label) => {
        const share = (counts[label] ?? 0) / (counts.reduce((sum, each) => sum + each, 0) || 1);
        return { text: (100 * share).toFixed(0), share };
      }),
    })),
  });
}

/** A table with a shade in each cell. */
interface Matrix {
  corner: string;
  columns: readonly string[];
  rows: readonly {
    title: string;
    /** The column of the row's own class. */
    own?: number;
    cells: readonly { text: string; share: number }[];
  }[];
}

function matrixTable({ corner, columns, rows }: Matrix): string {
  const head = columns.map((title) => `<th scope="col"><span>${escapeHtml(title)}</span></th>`).join('');
  const body = rows.map(({ title, own, cells }) => {
    const tds = cells.map(
      ({ text, share }, index) =>
        `<td${index === own ? ' class="own"' : ''} style="--share:${share.toFixed(2)}">${text}</td>`,
    );
    return `<tr><th scope="row">${escapeHtml(title)}</th>${tds.join('')}</tr>`;
  });
  return `<table class="matrix"><thead><tr><th scope="col">${escapeHtml(corner)}</th>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function garments(examples: readonly Example[]): string {
  const right = examples.filter(({ label, predicted }) => label === predicted);
  const wrong = examples.filter(({ label, predicted }) => label !== predicted);
  return [right, wrong]
    .filter((list) => list.length > 0)
    .map((list) => `<ul class="garments">${list.map(garment).join('')}</ul>`)
    .join('\n');
}

function garment({ index, label, predicted, probability, pixels }: Example): string {
  const [own, guess] = [classTitle(label), classTitle(predicted)].map(escapeHtml);
  const verdict =
    label === predicted
      ? `<span class="right">✓ ${own}</span> ${percent(probability, 0)}`
      : `<span class="wrong">✗ ${guess}</span> ${percent(probability, 0)}<br>not ${own}`;
  const image = grayImage(Buffer.from(pixels, 'base64').subarray(0, SIDE * SIDE), SIDE);
  return `<li><img src="${image}" width="44" height="44" alt="${own}, test image ${count(index)}">${verdict}</li>`;
}

/** Names that are too long for a column. */
const SHORT: Readonly<Record<string, string>> = { 'T-shirt/top': 'T-shirt', 'Ankle boot': 'Boot' };

/** Returns the short name of a class, or its number for classes beyond the data's. */
function classTitle(label: number): string {
  const name = classNames[label] ?? String(label);
  return SHORT[name] ?? name;
}
