import { checkRun, type RunOptions } from './perform-run.js';
import { performRuns } from './perform-runs.js';
import { type ReportPart, writeReport } from './report/write.js';
import type { RunDefinition } from './run-definition.js';
import type { RunResult } from './run-result.js';
import type { Section } from './sections/section.js';

/** Makes the runs of all sections and their report; gives what belongs on standard output. */
export async function performSections(sections: readonly Section[], options: RunOptions): Promise<string> {
  for (const run of sections.flatMap(({ runs }) => runs)) checkRun(run, options);
  const texts: string[] = [];
  const parts: ReportPart[] = [];
  const made = new Map<RunDefinition, RunResult>();
  for (const section of sections) {
    // A run that two sections share is made once, also with --fresh.
    const missing = section.runs.filter((run) => !made.has(run));
    for (const result of await performRuns(missing, options)) made.set(result.run, result);
    const results = section.runs.flatMap((run) => made.get(run) ?? []);
    const { text, html } = await section.present(results, options);
    texts.push(sections.length === 1 ? text : `${section.number}. ${section.title}\n${text}`);
    parts.push({ ...section, html });
  }
  const { out, seed, data } = options;
  const path = writeReport(parts, { out, seed, onSample: data.identity.name === 'sample' });
  return `${texts.join('\n\n')}\n\nReport: ${path}`;
}
