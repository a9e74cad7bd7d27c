import { htmlTable, type Table } from '../../report/html.js';
import { DASH, signed } from '../../terminal/format.js';
import { textTable } from '../../terminal/text-table.js';
import type { Difference } from './difference-schema.js';

/** Returns the paired differences as a table for the page. */
export function differenceHtml(differences: readonly Difference[]): string {
  return htmlTable(tableOf(differences));
}

/** Returns the same table for the terminal. */
export function differenceText(differences: readonly Difference[]): string {
  const { headings, rows } = tableOf(differences);
  return textTable(headings, rows);
}

/** The explanation of the table, the same for all numbers. */
export const DIFFERENCE_NOTE =
  'Differences are paired: both runs of a pair have the same seed, and so the same initial weights and batches. The interval is a ' +
  'BCa bootstrap, p is from a sign-flip test. A difference is decided if its interval lies on one side of zero, for five seeds ' +
  'or more (<code>--seeds 5</code>). Otherwise another choice of seeds may reverse it: it is undecided, whatever its sign here.';

function tableOf(differences: readonly Difference[]): Table {
  return {
    headings: [
      'Change',
      'Seeds',
      'Test loss',
      '95 % interval',
      'p',
      'Decision',
      'Test accuracy',
      '95 % interval',
      'Decision',
    ],
    rows: differences.map(({ change, seeds, testLoss, testAccuracy }) => [
      change,
      String(seeds),
      signed(testLoss.difference, 4),
      interval(testLoss, 1, 4),
      testLoss.pValue === null ? DASH : testLoss.pValue.toPrecision(2),
      testLoss.verdict,
      `${signed(testAccuracy.difference * 100, 2)} points`,
      interval(testAccuracy, 100, 2),
      testAccuracy.verdict,
    ]),
  };
}

function interval({ low, high }: Difference['testLoss'], factor: number, digits: number): string {
  if (low === null || high === null) return DASH;
  return `${signed(low * factor, digits)} to ${signed(high * factor, digits)}`;
}
