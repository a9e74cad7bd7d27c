import { dirname, join } from 'node:path';
import { errorReason } from '@trainkit/checks';
import { isPresent, makeFolder, readRegularFile, sweepTemporary, writeWhole } from '@trainkit/checks/files';
import { seedToJson } from '../config/seed.js';
import { UserError } from '../terminal/user-error.js';
import { contentsHtml } from './contents.js';
import { escapeHtml, htmlPage } from './page.js';
import { type ResultsFile, readRecords, type SectionRecord } from './results-file.js';

/** One section of the report. */
export interface ReportPart {
  number: string;
  title: string;
  /** HTML below the section's heading. */
  html: string;
  /** The result in one or two sentences of HTML. */
  summary: string;
  /** The figures of the section. */
  record: SectionRecord;
}

/** The paths of a report. */
export interface ReportPaths {
  page: string;
  /** Every figure of the page, as JSON. */
  results: string;
}

/**
 * The folder, seed and data of a report. Each seed has a report of its own, and reports on the
 * sample have a folder of their own.
 */
export interface ReportOptions {
  out: string;
  seed: bigint;
  onSample: boolean;
}

/**
 * Writes `<out>/reports/seed-<n>.html`, on the sample `<out>/reports/sample/seed-<n>.html`, and the
 * figures beside it, `seed-<n>/results.json`.
 *
 * Sections of an earlier report that are not among `parts` stay, so that `experiments 2` keeps the
 * section of `experiments 1`. Sections in `leftOut` are removed.
 */
export function writeReport(
  parts: readonly ReportPart[],
  options: ReportOptions,
  leftOut: readonly string[] = [],
): ReportPaths {
  const { out, seed, onSample } = options;
  const stem = join(out, 'reports', ...(onSample ? ['sample'] : []), `seed-${seed}`);
  const paths = { page: `${stem}.html`, results: join(stem, 'results.json') };
  try {
    makeFolder(stem);
    for (const folder of [stem, dirname(stem)]) sweepTemporary(folder);
    const sections = isPresent(paths.page)
      ? sectionsOf(new TextDecoder().decode(readRegularFile(paths.page)))
      : new Map<string, string>();
    const records = readRecords(paths.results);
    for (const number of leftOut) {
      sections.delete(number);
      records.delete(number);
    }
    for (const part of parts) {
      sections.set(part.number, sectionHtml(part));
      records.set(part.number, part.record);
    }
    const file: ResultsFile = {
      format: 1,
      seed: seedToJson(seed),
      onSample,
      sections: Object.fromEntries(inOrder(records)),
    };
    writeWhole(paths.results, `${JSON.stringify(file, null, 2)}\n`);
    writeWhole(paths.page, reportPage(inOrder(sections), records, options));
  } catch (cause) {
    throw new UserError(`The report ${paths.page} could not be written: ${errorReason(cause)}.`, { cause });
  }
  return paths;
}

function reportPage(
  sections: readonly [string, string][],
  records: ReadonlyMap<string, SectionRecord>,
  { seed, onSample }: ReportOptions,
): string {
  const body = [
    `<h1>Practical Deep Learning, seed ${seed}</h1>`,
    onSample ? SAMPLE_WARNING : '',
    contentsHtml(
      sections.map(([number, html]) => ({ number, html })),
      records,
    ),
    ...sections.map(([, html]) => html),
  ];
  return htmlPage(`Practical Deep Learning, seed ${seed}`, body.filter(Boolean).join('\n'));
}

function inOrder<T>(sections: ReadonlyMap<string, T>): [string, T][] {
  return [...sections].sort(([a], [b]) => Number(a) - Number(b));
}

const SAMPLE_WARNING =
  '<p class="loud"><strong>These runs used the embedded sample</strong> (6,000 train and 1,000 test images), not ' +
  'the full Fashion-MNIST: accuracies are lower than the full set gives.</p>';

function sectionHtml({ number, title, html, summary }: ReportPart): string {
  return `<section id="section-${number}">\n<h2>${number}. ${escapeHtml(title)}</h2>\n<p class="lead">${summary}</p>\n${html}\n</section>`;
}

/** Reads the sections of an earlier report by number. */
function sectionsOf(page: string): Map<string, string> {
  const sections = page.matchAll(/<section id="section-(\d+)">.*?<\/section>/gs);
  return new Map([...sections].map(([html, number = '']) => [number, html]));
}
