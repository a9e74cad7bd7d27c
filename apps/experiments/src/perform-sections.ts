import type { RunOptions } from './perform-run.js';
import { performRuns } from './perform-runs.js';
import { type ReportPart, writeReport } from './report/write.js';
import type { Section } from './sections/section.js';

/** Makes the runs of all sections and their report; gives what belongs on standard output. */
export async function performSections(sections: readonly Section[], options: RunOptions): Promise<string> {
  const texts: string[] = [];
  const parts: ReportPart[] = [];
  for (const section of sections) {
    const { text, html } = await section.present(await performRuns(section.runs, options), options);
    texts.push(sections.length === 1 ? text : `${section.number}. ${section.title}\n${text}`);
    parts.push({ ...section, html });
  }
  const { out, seed, data } = options;
  const path = writeReport(parts, { out, seed, onSample: data.identity.name === 'sample' });
  return `${texts.join('\n\n')}\n\nReport: ${path}`;
}
