import { chanceDifference } from '../figures/statistics.js';
import { count, formatSteps, points } from '../terminal/format.js';
import { escapeHtml } from './escape.js';
import type { RunRecord } from './records.js';

/** The part of a run's config that notes are about. */
interface DataConfig {
  name: unknown;
  trainImages: number;
  testImages: number;
}

/** Returns the notes about the figures of some runs of a table. */
export function notesOn(runs: readonly RunRecord[]): string[] {
  return [lengthNote(runs), missingPyTorch(runs)].filter((note) => note !== null);
}

/**
 * Returns a note on the difference between accuracies that the choice of test images can cause;
 * none without runs.
 */
export function chanceNotes(runs: readonly RunRecord[]): string[] {
  if (runs.length === 0) return [];
  const { testImages } = dataOf(runs);
  const best = Math.max(...runs.map(({ figures }) => figures.testAccuracy));
  return [
    `With ${count(testImages)} test images, the choice of images alone can account for ${points(chanceDifference(best, testImages))} points between two accuracies (95 %).`,
  ];
}

/** Returns a note about runs that are much shorter than the exercise's, in HTML; else ''. */
export function shortRunsNote(runs: readonly RunRecord[]): string {
  const [short] = runs.filter(
    ({ steps, wholeSteps, stoppedEarly }) => steps < wholeSteps / 2 && !stoppedEarly,
  );
  if (!short) return '';
  return `<p class="loud">These runs were cut short: ${escapeHtml(short.title)} has ${formatSteps(short.steps)} of ${count(short.wholeSteps)}. Their figures say little about the exercise.</p>`;
}

/** Returns the data of some runs; zeros without runs. */
export function dataOf([first]: readonly RunRecord[]): DataConfig {
  const data: unknown = first?.config['data'];
  const of = (key: string): unknown =>
    typeof data === 'object' && data !== null ? Reflect.get(data, key) : undefined;
  return {
    name: of('name'),
    trainImages: Number(of('trainImages') ?? 0),
    testImages: Number(of('testImages') ?? 0),
  };
}

/** Notes runs of different lengths, for instance of several commands. */
function lengthNote(runs: readonly RunRecord[]): string | null {
  if (new Set(runs.map(({ steps }) => steps)).size < 2) return null;
  const each = runs.map(({ title, steps }) => `${title} has ${formatSteps(steps)}`);
  return `These runs have different lengths: ${each.join(', ')}.`;
}

/** Returns a note about runs on the sample, which a page has at its start; none for other data. */
export function sampleNotes(runs: readonly RunRecord[]): string[] {
  const { name, trainImages, testImages } = dataOf(runs);
  if (name !== 'sample') return [];
  return [
    `On the embedded SAMPLE (${count(trainImages)} train and ${count(testImages)} test images), not on the full Fashion-MNIST.`,
  ];
}

/** Gives the reason why PyTorch's figures are missing, or null. */
function missingPyTorch(runs: readonly RunRecord[]): string | null {
  const [first] = runs;
  if (!first || runs.some(({ pytorch }) => pytorch?.sameSeed)) return null;
  if (runs.some(({ pytorch }) => pytorch)) {
    return `PyTorch's figures for seed ${first.seed} were not recorded; the figures over several seeds are from other seeds.`;
  }
  if (dataOf(runs).name === 'custom') return 'PyTorch was not run on this data, so it has no figures here.';
  return first.steps === first.wholeSteps
    ? 'PyTorch was not run with these settings, so it has no figures here.'
    : `The runs have ${formatSteps(first.steps)}; PyTorch's figures are those of ${formatSteps(first.wholeSteps)}, so it has none here.`;
}
