import { spread } from '../figures/statistics.js';
import { count, formatRuns, points } from '../terminal/format.js';
import { escapeHtml } from './page.js';
import type { RunRecord, SectionRecord } from './results-file.js';

/**
 * Returns the start of a report: its runs, their distance from PyTorch, and the findings of each
 * section, with links.
 */
export function contentsHtml(
  sections: readonly { number: string; html: string }[],
  records: ReadonlyMap<string, SectionRecord>,
): string {
  const items = sections.map(({ number, html }) => {
    const title = /<h2>(.*?)<\/h2>/.exec(html)?.[1] ?? number;
    const parts = [...html.matchAll(/<h3 id="([^"]+)">(.*?)<\/h3>/g)].map(
      ([, id, part]) => `<a href="#${id}">${part}</a>`,
    );
    const summary = /<p class="lead">(.*?)<\/p>/.exec(html)?.[1] ?? '';
    const links = [`<a href="#section-${number}">${title}</a>`, ...parts].join(' · ');
    return `<li>${links}${summary && `<span class="soft">${summary}</span>`}</li>`;
  });
  const overview = overviewHtml([...records.values()]);
  return [overview, `<nav aria-label="Contents"><ul>\n${items.join('\n')}\n</ul></nav>`]
    .filter(Boolean)
    .join('\n');
}

function overviewHtml(records: readonly SectionRecord[]): string {
  // Two sections may share a run.
  const runs = [...new Map(records.flatMap((each) => each.runs).map((run) => [run.folder, run])).values()];
  if (runs.length === 0) return '';
  const steps = runs.reduce((sum, run) => sum + run.steps, 0);
  const backends = [...new Set(runs.map(({ config }) => String(config['backend'])))].join(' and ');
  return `<p>${formatRuns(runs.length)}, ${count(steps)} steps in all, on ${escapeHtml(backends)}. ${describePyTorch(runs)}</p>`;
}

function describePyTorch(runs: readonly RunRecord[]): string {
  const compared = runs.flatMap(({ run, pytorch }) =>
    pytorch?.difference
      ? [{ run, ...pytorch.difference, version: pytorch.version, start: startOf(pytorch) }]
      : [],
  );
  const [first] = compared;
  if (!first)
    return 'None of them can be set beside a run of PyTorch’s with the same seed and as many steps.';
  const starts = Math.max(...compared.map(({ start }) => start));
  const accuracies = compared.map((each) => Math.abs(each.testAccuracy));
  const furthest = compared.reduce((far, each) =>
    Math.abs(each.testAccuracy) > Math.abs(far.testAccuracy) ? each : far,
  );
  const { mean, max } = spread(accuracies);
  const several =
    compared.length === 1
      ? `test accuracies that are ${inPoints(max)} apart`
      : `test accuracies that are ${inPoints(mean)} apart on average and ${inPoints(max)} at most (${escapeHtml(furthest.run)})`;
  return `PyTorch ${escapeHtml(first.version)} made ${compared.length === runs.length ? 'all' : compared.length} of them with the same seeds: the first train losses are ${starts === 0 ? 'equal' : `within ${starts.toExponential(0)} of its own`}, and the ends have ${several}.`;
}

/** Returns the difference between the first losses, relative to a loss above 1. */
function startOf({ sameSeed, difference }: NonNullable<RunRecord['pytorch']>): number {
  if (!sameSeed || !difference) return 0;
  return Math.abs(difference.firstTrainLoss) / Math.max(1, sameSeed.firstTrainLoss);
}

function inPoints(share: number): string {
  return `${points(share, 2)} points`;
}
