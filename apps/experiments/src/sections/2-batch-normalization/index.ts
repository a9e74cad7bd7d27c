import type { Section } from '../section.js';
import { WITH_BATCH_NORM, WITHOUT_NORMALIZATION } from '../shared/normalization-runs.js';
import { type BatchNormFindings, batchNormSchema, findBatchNorm } from './findings.js';
import { reportBatchNorm } from './report.js';

/** Section 2: the sanity check of BatchNorm, and one network trained with and without it. */
export const SECTION_2: Section<BatchNormFindings> = {
  number: '2',
  title: 'Batch normalization',
  runs: [WITHOUT_NORMALIZATION, WITH_BATCH_NORM],
  schema: batchNormSchema,
  findings: findBatchNorm,
  report: reportBatchNorm,
};
