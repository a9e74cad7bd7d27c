import type { RunDefinition, RunResult } from '../runs/run.js';

/**
 * One section of the exercise: what it trains, what it finds, what it says of that. Every section is a folder whose
 * `index.ts` exports one of these.
 */
export interface Section<Found extends Findings = Findings> {
  /** Its number on the command line, as `1`. */
  number: string;
  title: string;
  /** What is trained, in the exercise's order; none where a section only checks or shows something. */
  runs: readonly RunDefinition[];
  /** Computes the section's numbers, from its runs and from what else it does: a sanity check, a demonstration. */
  findings(results: SectionResults): Found;
  /** Writes what the section says of its findings; computes no numbers of its own. */
  report(findings: Found): Promise<SectionReport>;
}

/** The finished runs of a section. */
export interface SectionResults {
  /** The seed of {@link results}, and of what a section draws itself. */
  seed: bigint;
  /** The runs with that seed, in the section's order. */
  results: readonly RunResult[];
  /** The runs with every seed that was asked for, this one's first: for means and spreads. */
  allSeeds: readonly RunResult[];
}

/** The numbers of a section, as its report needs them. */
export interface Findings {
  /** What `reports/seed-<n>/results.json` has of them beside the runs. */
  record: Readonly<Record<string, unknown>>;
}

/** What a section says. */
export interface SectionReport {
  /** For standard output, without a newline at its end. */
  text: string;
  /** For the report: HTML below the section's heading, its own headings from h3 on. */
  html: string;
  /** One or two sentences as HTML: what came out, for the report's beginning. */
  summary: string;
}
