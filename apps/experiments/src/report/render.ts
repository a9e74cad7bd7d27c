import type { Section, SectionReport } from '../sections/section.js';
import { escapeHtml } from './escape.js';
import { htmlPage } from './html.js';
import { type ContentsEntry, overviewHtml } from './overview.js';
import type { ResultsFile, SectionRecord } from './records.js';

/** Returns true if a section's record has the findings that its report needs. */
export function isReadable({ schema }: Section, { findings }: SectionRecord): boolean {
  return schema.safeParse(findings).success;
}

/** Writes the report of one section from its record. */
export function sectionReport(
  section: Section,
  { runs, findings }: SectionRecord,
  seed: ResultsFile['seed'],
): SectionReport {
  return section.report({
    runs: runs.filter((run) => run.seed === seed),
    allSeeds: runs,
    findings: section.schema.parse(findings),
  });
}

/** Returns the whole page of a results file. */
export function renderPage(file: ResultsFile, sections: readonly Section[]): string {
  const shown = sections.flatMap((section) => {
    const record = file.sections[section.number];
    return record ? [{ section, report: sectionReport(section, record, file.seed) }] : [];
  });
  const entries = shown.map(
    ({ section: { number, title }, report: { summary, parts } }): ContentsEntry => ({
      number,
      title,
      summary,
      ...(parts && { parts }),
    }),
  );
  const title = `Practical Deep Learning, seed ${file.seed}`;
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    file.onSample ? SAMPLE_WARNING : '',
    overviewHtml(file, entries),
    ...shown.map(
      ({ section: { number, title }, report: { html } }) =>
        `<section id="section-${number}">\n<h2>${number}. ${escapeHtml(title)}</h2>\n${html}\n</section>`,
    ),
  ];
  return htmlPage(title, body.filter(Boolean).join('\n'));
}

const SAMPLE_WARNING =
  '<p class="loud"><strong>These runs used the embedded sample</strong> (6,000 train and 1,000 test images), not ' +
  'the full Fashion-MNIST: accuracies are lower than the full set gives.</p>';
