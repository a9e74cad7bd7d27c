import type { RunConfig } from '../config/schema.js';
import { seedToJson } from '../config/seed.js';
import type { RunResult } from '../runs/run.js';
import type { Section } from '../sections/section.js';
import { sectionRecord } from './results-file.js';
import { type ReportPart, writeReport } from './write.js';

/** Whose sections are presented. */
interface PresentOptions {
  out: string;
  /** The seed whose runs the pictures show. */
  seed: bigint;
  data: RunConfig['data']['name'];
  /** Sections that an earlier report may have and this one must not. */
  leftOut?: readonly string[];
}

/** Writes the report of some sections from their runs' results; gives what belongs on standard output. */
export async function presentSections(
  sections: readonly Section[],
  results: readonly RunResult[],
  { out, seed, data, leftOut = [] }: PresentOptions,
): Promise<string> {
  const texts: string[] = [];
  const parts: ReportPart[] = [];
  for (const section of sections) {
    const allSeeds = ofWholeSeeds(section, results);
    const ofSeed = allSeeds.filter(({ config }) => config.seed === seedToJson(seed));
    const findings = section.findings({ seed, results: ofSeed, allSeeds });
    const part = await section.report(findings);
    const { number, title } = section;
    texts.push(sections.length === 1 ? part.text : `${number}. ${title}\n${part.text}`);
    parts.push({
      ...part,
      number,
      title,
      record: sectionRecord(section, findings.record, { allSeeds, out }),
    });
  }
  const { page, results: figures } = writeReport(parts, { out, seed, onSample: data === 'sample' }, leftOut);
  return `${texts.join('\n\n')}\n\nFigures: ${figures}\nReport: ${page}`;
}

/** A section's runs with those seeds with which all of them are there: means over other seeds would not compare. */
function ofWholeSeeds({ runs }: Section, results: readonly RunResult[]): RunResult[] {
  const ofRuns = runs.map((run) => results.filter((result) => result.run === run));
  const isWhole = ({ config }: RunResult) =>
    ofRuns.every((ofRun) => ofRun.some((other) => other.config.seed === config.seed));
  return ofRuns.flatMap((ofRun) => ofRun.filter(isWhole));
}
