import type { Section } from '../section.js';
import { findOptimizers, type OptimizerFindings, optimizerSchema } from './findings.js';
import { reportOptimizers } from './report.js';

/**
 * Section 5: the sanity check of the optimizers, their paths in a valley, and weight decay against
 * L2.
 */
export const SECTION_5: Section<OptimizerFindings> = {
  number: '5',
  title: 'Optimizers',
  runs: [],
  schema: optimizerSchema,
  findings: findOptimizers,
  report: reportOptimizers,
};
