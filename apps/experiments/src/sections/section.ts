import type { RunDefinition } from '../run-definition.js';
import type { RunResult } from '../run-result.js';

/** One section of the exercise: its runs, and what it says of them. */
export interface Section {
  /** Its number on the command line, as `1`. */
  number: string;
  title: string;
  /** The runs in the exercise's order; none where a section only checks or shows something. */
  runs: readonly RunDefinition[];
  /**
   * What the section says once its runs are made. What else a section does (a check, a picture) it does here,
   * once for both texts.
   */
  present: (results: readonly RunResult[], context: SectionContext) => Promise<SectionPart>;
}

/** What a section knows beside the results of its own runs. */
export interface SectionContext {
  /** The seed of the results, and of what a section draws itself. */
  seed: bigint;
  /** The section's runs with every seed that was asked for, this one's first: for means and spreads. */
  allSeeds: readonly RunResult[];
}

/** A section's part of the output. */
export interface SectionPart {
  /** For standard output, without a newline at its end. */
  text: string;
  /** For the report: HTML below the section's heading, its own headings from h3 on. */
  html: string;
  /** One or two sentences as HTML: what came out, for the report's beginning. */
  summary: string;
  /** What the section found beside its runs, for `reports/seed-<n>/results.json`. */
  findings: Readonly<Record<string, unknown>>;
}
