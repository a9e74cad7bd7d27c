import { dirname, join } from 'node:path';
import { errorReason } from '@trainkit/checks';
import { makeFolder, sweepTemporary, writeWhole } from '@trainkit/checks/files';
import { seedToJson } from '../config/seed.js';
import type { Section } from '../sections/section.js';
import { UserError } from '../terminal/user-error.js';
import type { Machine, ResultsFile, SectionRecord } from './records.js';
import { isReadable, renderPage } from './render.js';
import { readResults } from './results-file.js';

/** The paths of a report. */
export interface ReportPaths {
  page: string;
  /** Everything on the page, as JSON. */
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
  /** The process that writes the report. */
  machine: Machine;
  /** All sections that a report may have, in order. */
  sections: readonly Section[];
  /** The time of the report. Default: now. */
  now?: Date;
}

/**
 * Writes `<out>/reports/seed-<n>/results.json`, on the sample below `reports/sample`, and draws the
 * page beside it from that file, `seed-<n>.html`.
 *
 * Sections of an earlier file that are not among `records` stay, so that `experiments 2` keeps the
 * section of `experiments 1`. Sections in `leftOut` are removed.
 */
export function writeReport(
  records: Readonly<Record<string, SectionRecord>>,
  { out, seed, onSample, machine, sections, now = new Date() }: ReportOptions,
  leftOut: readonly string[] = [],
): ReportPaths {
  const stem = join(out, 'reports', ...(onSample ? ['sample'] : []), `seed-${seed}`);
  const paths = { page: `${stem}.html`, results: join(stem, 'results.json') };
  try {
    makeFolder(stem);
    for (const folder of [stem, dirname(stem)]) sweepTemporary(folder);
    const before = readResults(paths.results)?.sections ?? {};
    const present = sections.flatMap((section) => {
      const { number } = section;
      const record = records[number] ?? (leftOut.includes(number) ? undefined : before[number]);
      return record && isReadable(section, record) ? [[number, record] as const] : [];
    });
    const file: ResultsFile = {
      format: 2,
      written: now.toISOString(),
      machine,
      seed: seedToJson(seed),
      onSample,
      sections: Object.fromEntries(present),
    };
    writeWhole(paths.results, `${JSON.stringify(file, null, 1)}\n`);
    writeWhole(paths.page, renderPage(readResults(paths.results) ?? file, sections));
  } catch (cause) {
    throw new UserError(`The report ${paths.page} could not be written: ${errorReason(cause)}.`, { cause });
  }
  return paths;
}
