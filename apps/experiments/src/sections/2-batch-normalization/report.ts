import { printedTable } from '../../report/accuracy-table.js';
import { quote } from '../../report/page.js';
import type { SectionReport } from '../section.js';
import {
  describeGain,
  normalizationReport,
  normalizationSummary,
  normalizationTable,
} from '../shared/normalization-report.js';
import type { BatchNormFindings } from './findings.js';

/** Writes section 2. */
export async function reportBatchNorm({ check, normalization }: BatchNormFindings): Promise<SectionReport> {
  return {
    text: `${check.text}\n\n${printedTable(normalizationTable(normalization))}`,
    html: [
      INTRODUCTION,
      check.html,
      await normalizationReport(normalization),
      quote(CLAIM),
      `<p>${describeGain(normalization)}</p>`,
    ].join('\n'),
    summary: `${check.summary} ${normalizationSummary(normalization)}`,
  };
}

const CLAIM =
  'Networks with normalization layers usually converge faster than those without. To test this, we will train a simple network with and without batch normalization layers.';

const INTRODUCTION =
  '<p>BatchNorm gives each feature mean 0 and variance 1 over the batch, and then a scale and a shift that are learned. ' +
  'It keeps running means of both statistics while it trains; in evaluation it takes those, so that an image’s result ' +
  'does not depend on its neighbors in the batch. The batch is normalized with the variance that divides by N; the ' +
  'running one divides by N − 1.</p>';
