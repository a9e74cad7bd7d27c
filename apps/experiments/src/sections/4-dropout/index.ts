import type { Section } from '../section.js';
import { type DropoutFindings, dropoutSchema, findDropout } from './findings.js';
import { reportDropout } from './report.js';

/** Section 4: the sanity check of Dropout, its masks, and mean and variance after them. */
export const SECTION_4: Section<DropoutFindings> = {
  number: '4',
  title: 'Dropout',
  runs: [],
  schema: dropoutSchema,
  findings: findDropout,
  report: reportDropout,
};
