import type { ActivationStatistics } from '../../model/activation-statistics.js';
import { COLORS } from '../../report/chart/plot.js';
import { escapeHtml } from '../../report/escape.js';
import type { RunRecord } from '../../report/records.js';
import { percent } from '../../terminal/format.js';

/**
 * Returns the distributions of the tanh layers as a table: a row for each initialization, a column
 * for each layer, with a histogram, the standard deviation and the saturated part.
 */
export function activationTable(runs: readonly RunRecord[]): string {
  const layers = runs[0]?.activations ?? [];
  if (layers.length === 0) return '';
  const head = layers.map(({ units }, index) => `<th scope="col">Layer ${index + 1} (${units} units)</th>`);
  const rows = runs.map(({ title, activations }, color) => {
    const cells = activations.map(
      (each) =>
        `<td>${histogram(each, color)}${each.std === 0 ? 'σ = 0' : `σ = ${each.std.toPrecision(2)}`}, ${percent(each.saturated, 0)} saturated</td>`,
    );
    return `<tr><th scope="row">${escapeHtml(title)}</th>${cells.join('')}</tr>`;
  });
  return `<table class="activations"><thead><tr><th scope="col">Initialization</th>${head.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}

/** Draws a histogram over [-1, 1]. Each one has its own height. */
function histogram({ counts, layer }: ActivationStatistics, color: number): string {
  const highest = Math.max(1, ...counts);
  const bars = counts.map((count, bin) =>
    count === 0
      ? ''
      : `M${bin} 40v${(-40 * count) / highest < -0.4 ? ((-40 * count) / highest).toFixed(1) : -0.4}h1V40z`,
  );
  return `<svg class="histogram c${color % COLORS}" viewBox="0 0 ${counts.length} 40" preserveAspectRatio="none" role="img" aria-label="Outputs of ${escapeHtml(layer)} from −1 to 1"><path d="${bars.join('')}M0 39.7h${counts.length}v.3H0z"/></svg>`;
}
