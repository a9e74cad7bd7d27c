import { escapeHtml } from '../../report/escape.js';
import { dataOf } from '../../report/notes.js';
import type { RunRecord } from '../../report/records.js';
import { count, formatSteps } from '../../terminal/format.js';

/** Returns the settings that the runs of a section share, in a sentence of HTML. */
export function settingsLine([first]: readonly RunRecord[]): string {
  if (!first) return '';
  const { optimizer, learningRate, batchSize } = first.config;
  const { trainImages, testImages } = dataOf([first]);
  const name = optimizer === 'sgd' ? 'SGD' : 'AdamW';
  const settings = `${name} at learning rate ${learningRate}, batches of ${batchSize}, ${formatSteps(first.steps)}, seed ${first.seed}`;
  return `${escapeHtml(settings)}; ${count(trainImages)} train and ${count(testImages)} test images.`;
}
