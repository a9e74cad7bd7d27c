import { printedTable } from '../../report/accuracy-table.js';
import { htmlTable, quote } from '../../report/page.js';
import { ahead, listOf, percent } from '../../terminal/format.js';
import type { SectionReport } from '../section.js';
import {
  describeGain,
  normalizationReport,
  normalizationSummary,
  normalizationTable,
} from '../shared/normalization-report.js';
import { type BatchSizeShift, FEATURES, REFERENCE } from './batch-size.js';
import type { LayerNormFindings } from './findings.js';

/** Writes section 3. */
export async function reportLayerNorm(findings: LayerNormFindings): Promise<SectionReport> {
  const { check, normalization, shifts } = findings;
  return {
    text: `${check.text}\n\n${printedTable(normalizationTable(normalization))}`,
    html: [
      INTRODUCTION,
      check.html,
      await normalizationReport(normalization),
      `<p>${describeGain(normalization)}</p>`,
      quote(CLAIM),
      `<p>${describeRivals(findings)} ${describeBatchSizes(shifts)}</p>`,
      htmlTable({
        headings: ['Batch of', 'BatchNorm', 'LayerNorm'],
        rows: shifts.map((each) => [
          String(each.batchSize),
          each.batchNorm.toFixed(4),
          each.layerNorm.toFixed(4),
        ]),
      }),
    ].join('\n'),
    summary: `${check.summary} ${normalizationSummary(normalization)}`,
  };
}

const CLAIM =
  'Layernorm often achieves similar or better results than BatchNorm, and it is less sensitive to the batch size.';

/** Compares the accuracies of the two normalizations. */
function describeRivals({ accuracies: { batchNorm, layerNorm } }: LayerNormFindings): string {
  return `In this run: ${ahead('LayerNorm', 'BatchNorm', layerNorm - batchNorm)} (${percent(layerNorm)} and ${percent(batchNorm)} of the test set).`;
}

function describeBatchSizes(shifts: readonly BatchSizeShift[]): string {
  const [smallest] = shifts;
  if (!smallest) return '';
  return `As to the size of the batch: one example of ${FEATURES} features was normalized among ${listOf(shifts.map(({ batchSize }) => String(batchSize - 1)))} others. The table has the root mean square by which its values differ from those in a batch of ${REFERENCE}: LayerNorm does not look at the others at all.`;
}

const INTRODUCTION =
  '<p>LayerNorm gives each example mean 0 and variance 1 over its features. It needs no other example and no running ' +
  'statistics: it does the same in training and in evaluation, and at any size of the batch.</p>';
