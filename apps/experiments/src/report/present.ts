import type { RunConfig } from '../config/schema.js';
import { seedToJson } from '../config/seed.js';
import type { Environment } from '../runs/environment.js';
import type { RunResult } from '../runs/run.js';
import type { Section } from '../sections/section.js';
import type { SectionRecord } from './records.js';
import { sectionReport } from './render.js';
import { machineOf, sectionRecord } from './results-file.js';
import { writeReport } from './write.js';

/** The seed, data and folder of the presented sections. */
interface PresentOptions {
  out: string;
  /** The seed whose runs the charts show. */
  seed: bigint;
  data: RunConfig['data']['name'];
  /** The environment of this process. */
  environment: Environment;
  /** All sections that a report may have, in order. */
  all: readonly Section[];
  /** Sections to remove from an earlier report. */
  leftOut?: readonly string[];
}

/**
 * Writes the report of some sections from their runs' results; returns the text for standard
 * output.
 */
export function presentSections(
  sections: readonly Section[],
  results: readonly RunResult[],
  { out, seed, data, environment, all, leftOut = [] }: PresentOptions,
): string {
  const records: Record<string, SectionRecord> = {};
  const texts = sections.map((section) => {
    const { number, title } = section;
    const allSeeds = ofWholeSeeds(section, results);
    const ofSeed = allSeeds.filter(({ config }) => config.seed === seedToJson(seed));
    const findings = section.findings({ seed, results: ofSeed, allSeeds });
    const record = sectionRecord(section, findings, { allSeeds, out });
    records[number] = record;
    const { text } = sectionReport(section, record, seedToJson(seed));
    return sections.length === 1 ? text : `${number}. ${title}\n${text}`;
  });
  const { page, results: figures } = writeReport(
    records,
    { out, seed, onSample: data === 'sample', machine: machineOf(environment), sections: all },
    leftOut,
  );
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
