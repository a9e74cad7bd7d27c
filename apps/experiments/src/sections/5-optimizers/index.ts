import type { Section } from '../section.js';
import { findOptimizers, type OptimizerFindings } from './findings.js';
import { reportOptimizers } from './report.js';

/** Section 5: the sanity check of the optimizers, their ways down a valley, and weight decay beside L2. */
export const SECTION_5: Section<OptimizerFindings> = {
  number: '5',
  title: 'Optimizers',
  runs: [],
  findings: findOptimizers,
  report: reportOptimizers,
};
