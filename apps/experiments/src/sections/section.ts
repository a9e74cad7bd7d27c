import type { RunDefinition, RunResult } from '../runs/run.js';

/**
 * One section of the exercise: its runs, its findings and its report. Every section is a folder
 * whose `index.ts` exports one of these.
 */
export interface Section<Found extends Findings = Findings> {
  /** Its number on the command line, such as `1`. */
  number: string;
  title: string;
  /** Its runs, in the exercise's order; empty for a section without training. */
  runs: readonly RunDefinition[];
  /** Computes the section's numbers from its runs, its sanity check and its demonstrations. */
  findings(results: SectionResults): Found;
  /** Writes the report of its findings; computes no numbers of its own. */
  report(findings: Found): Promise<SectionReport>;
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

/** The numbers of a section, as its report needs them. */
export interface Findings {
  /** The findings in `reports/seed-<n>/results.json`, beside the runs. */
  record: Readonly<Record<string, unknown>>;
}

/** The report of a section. */
export interface SectionReport {
  /** The text for standard output, without a final newline. */
  text: string;
  /** The HTML below the section's heading, with headings from h3 on. */
  html: string;
  /** The result in one or two sentences of HTML, for the start of the report. */
  summary: string;
}
