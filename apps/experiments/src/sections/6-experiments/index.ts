import type { Section } from '../section.js';
import { type ExperimentFindings, experimentSchema, findExperiments } from './findings.js';
import { reportExperiments } from './report.js';
import { ABLATION_RUNS, OPTIMIZER_RUNS } from './runs.js';

/** Section 6: SGD against AdamW, and LayerNorm and dropout with and without each other. */
export const SECTION_6: Section<ExperimentFindings> = {
  number: '6',
  title: 'Experiments',
  runs: [...OPTIMIZER_RUNS, ...ABLATION_RUNS],
  schema: experimentSchema,
  findings: findExperiments,
  report: reportExperiments,
};
