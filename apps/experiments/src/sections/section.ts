import type { z } from 'zod';
import type { RunRecord } from '../report/records.js';
import type { RunDefinition, RunResult } from '../runs/run.js';

/**
 * One section of the exercise: its runs, its findings and its report. Every section is a folder
 * whose `index.ts` exports one of these.
 */
export interface Section<Found extends object = object> {
  /** Its number on the command line, such as `1`. */
  number: string;
  title: string;
  /** Its runs, in the exercise's order; empty for a section without training. */
  runs: readonly RunDefinition[];
  /** The schema of its findings in `results.json`. */
  schema: z.ZodType<Found>;
  /** Computes what its report shows beside the figures of the runs, as plain JSON. */
  findings(results: SectionResults): Found;
  /** Writes its report from what `results.json` has; a pure function. */
  report(input: ReportInput<Found>): SectionReport;
}

/** The finished runs of a section. */
export interface SectionResults {
  /** The seed of {@link results}, and of the section's own random numbers. */
  seed: bigint;
  /** The runs with that seed, in the section's order. */
  results: readonly RunResult[];
  /** The runs with every requested seed, this one first: for means and spreads. */
  allSeeds: readonly RunResult[];
}

/** The part of `results.json` that a section's report shows. */
export interface ReportInput<Found> {
  /** The runs with the report's seed, in the section's order. */
  runs: readonly RunRecord[];
  /** The runs with every seed. */
  allSeeds: readonly RunRecord[];
  findings: Found;
}

/** The report of a section. */
export interface SectionReport {
  /** The text for standard output, without a final newline. */
  text: string;
  /** The HTML below the section's heading, with headings from h3 on. */
  html: string;
  /** The result in one or two sentences of HTML, for the start of the report. */
  summary: string;
  /** Headings of its parts for the contents, by the ids of their elements. Default: none. */
  parts?: Readonly<Record<string, string>>;
}
