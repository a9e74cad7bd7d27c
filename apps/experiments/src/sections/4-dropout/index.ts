import type { Section } from '../section.js';
import { type DropoutFindings, findDropout } from './findings.js';
import { reportDropout } from './report.js';

/** Section 4: the sanity check of Dropout, what its masks look like, and what they keep. */
export const SECTION_4: Section<DropoutFindings> = {
  number: '4',
  title: 'Dropout',
  runs: [],
  findings: findDropout,
  report: reportDropout,
};
