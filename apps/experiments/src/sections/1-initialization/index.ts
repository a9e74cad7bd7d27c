import type { Section } from '../section.js';
import { findInitializations, type InitializationFindings, initializationSchema } from './findings.js';
import { reportInitializations } from './report.js';
import { INITIALIZATION_RUNS } from './runs.js';

/** Section 1: one network, trained from six initializations. */
export const SECTION_1: Section<InitializationFindings> = {
  number: '1',
  title: 'Initialization',
  runs: INITIALIZATION_RUNS,
  schema: initializationSchema,
  findings: findInitializations,
  report: reportInitializations,
};
