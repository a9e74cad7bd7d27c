import { mean } from '../../figures/statistics.js';
import { escapeHtml } from '../../report/escape.js';
import type { RunRecord } from '../../report/records.js';
import { percent } from '../../terminal/format.js';

/** Returns the test accuracies of some runs in a sentence: means over all seeds. */
export function accuracySummary(runs: readonly RunRecord[], allSeeds: readonly RunRecord[]): string {
  if (runs.length === 0) return '';
  const seeds = new Set(allSeeds.map(({ seed }) => seed)).size;
  const each = runs.map(({ run, title }) => {
    const own = allSeeds.filter((other) => other.run === run);
    return `${escapeHtml(title)} ${percent(mean(own.map(({ figures }) => figures.testAccuracy)))}`;
  });
  return `Test accuracy${seeds > 1 ? `, means of ${seeds} seeds` : ''}: ${each.join(', ')}.`;
}
