import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import { messageOf, UserError } from '../user-error.js';
import { writeWhole } from '../write-whole.js';
import { escapeHtml, htmlPage } from './page.js';

/** What one section says in the report. */
export interface ReportPart {
  number: string;
  title: string;
  /** HTML below the section's heading. */
  html: string;
}

/** Whose report it is: as with the runs, each seed has its own, and the sample's lie apart. */
export interface ReportOptions {
  out: string;
  seed: bigint;
  onSample: boolean;
}

/**
 * Writes `<out>/reports/seed-<n>.html`, on the sample `<out>/reports/sample/seed-<n>.html`, and returns its path.
 *
 * Sections that are in it already and not among `parts` stay, so that `experiments 2` keeps what `experiments 1` said.
 */
export function writeReport(parts: readonly ReportPart[], options: ReportOptions): string {
  const { out, seed, onSample } = options;
  const path = join(out, 'reports', ...(onSample ? ['sample'] : []), `seed-${seed}.html`);
  try {
    makeFolder(dirname(path));
    const sections = existsSync(path) ? sectionsOf(readFileSync(path, 'utf8')) : new Map<string, string>();
    for (const part of parts) sections.set(part.number, sectionHtml(part));
    writeWhole(path, reportPage(sections, options));
  } catch (cause) {
    throw new UserError(`The report ${path} could not be written: ${messageOf(cause)}.`, { cause });
  }
  return path;
}

function reportPage(sections: ReadonlyMap<string, string>, { seed, onSample }: ReportOptions): string {
  const inOrder = [...sections].sort(([a], [b]) => Number(a) - Number(b)).map(([, html]) => html);
  const body = [`<h1>Practical Deep Learning, seed ${seed}</h1>`, onSample ? SAMPLE_WARNING : '', ...inOrder];
  return htmlPage(`Practical Deep Learning, seed ${seed}`, body.filter(Boolean).join('\n'));
}

const SAMPLE_WARNING =
  '<p class="loud"><strong>These runs used the embedded sample</strong> (6,000 train and 1,000 test images), not ' +
  'the full Fashion-MNIST: accuracies are lower than the full set gives.</p>';

function sectionHtml({ number, title, html }: ReportPart): string {
  return `<section id="section-${number}">\n<h2>${number}. ${escapeHtml(title)}</h2>\n${html}\n</section>`;
}

/** The sections of a report that was written before, by number. */
function sectionsOf(page: string): Map<string, string> {
  const sections = page.matchAll(/<section id="section-(\d+)">.*?<\/section>/gs);
  return new Map([...sections].map(([html, number = '']) => [number, html]));
}
