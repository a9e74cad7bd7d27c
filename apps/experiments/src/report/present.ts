import type { RunConfig } from '../config/schema.js';
import { seedToJson } from '../config/seed.js';
import type { RunResult } from '../runs/run.js';
import type { Section } from '../sections/section.js';
import { sectionRecord } from './results-file.js';
import { type ReportPart, writeReport } from './write.js';

/** The seed, data and folder of the presented sections. */
interface PresentOptions {
  out: string;
  /** The seed whose runs the charts show. */
  seed: bigint;
  data: RunConfig['data']['name'];
  /** Sections to remove from an earlier report. */
  leftOut?: readonly string[];
}

/**
 * Writes the report of some sections from their runs' results; returns the text for standard
 * output.
 */
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

/**
 * Returns a section's runs with the seeds for which all of its runs exist, since means over other
 * seeds are not comparable.
 */
function ofWholeSeeds({ runs }: Section, results: readonly RunResult[]): RunResult[] {
  const ofRuns = runs.map((run) => results.filter((result) => result.run === run));
  const isWhole = ({ config }: RunResult) =>
    ofRuns.every((ofRun) => ofRun.some((other) => other.config.seed === config.seed));
  return ofRuns.flatMap((ofRun) => ofRun.filter(isWhole));
}
