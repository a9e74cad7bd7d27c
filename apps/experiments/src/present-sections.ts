import { seedToJson } from './config/experiment-config.js';
import type { RunConfig } from './config/run-config.js';
import { type ReportPart, writeReport } from './report/write.js';
import type { RunResult } from './run-result.js';
import type { Section } from './sections/section.js';

/** Whose sections are presented. */
interface PresentOptions {
  out: string;
  /** The seed whose runs the pictures show. */
  seed: bigint;
  data: RunConfig['data']['name'];
}

/** Writes the report of some sections from their runs' results; gives what belongs on standard output. */
export async function presentSections(
  sections: readonly Section[],
  results: readonly RunResult[],
  { out, seed, data }: PresentOptions,
): Promise<string> {
  const texts: string[] = [];
  const parts: ReportPart[] = [];
  for (const section of sections) {
    const allSeeds = section.runs.flatMap((run) => results.filter((result) => result.run === run));
    const ofSeed = allSeeds.filter(({ config }) => config.seed === seedToJson(seed));
    const { text, html } = await section.present(ofSeed, { seed, allSeeds });
    texts.push(sections.length === 1 ? text : `${section.number}. ${section.title}\n${text}`);
    parts.push({ ...section, html });
  }
  const path = writeReport(parts, { out, seed, onSample: data === 'sample' });
  return `${texts.join('\n\n')}\n\nReport: ${path}`;
}
