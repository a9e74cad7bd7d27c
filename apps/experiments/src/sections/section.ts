import type { RunOptions } from '../perform-run.js';
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
  present: (results: readonly RunResult[], options: RunOptions) => Promise<SectionPart>;
}

/** A section's part of the output. */
interface SectionPart {
  /** For standard output, without a newline at its end. */
  text: string;
  /** For the report: HTML below the section's heading, its own headings from h3 on. */
  html: string;
}
