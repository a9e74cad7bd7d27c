import { LayerNorm } from '@trainkit/normalization';
import { accuracyTable, printedTable } from '../accuracy-table.js';
import { type BatchSizeShift, batchSizeShifts, FEATURES, REFERENCE } from '../demonstrations/batch-size.js';
import { htmlTable, quote } from '../report/page.js';
import type { RunResult } from '../run-result.js';
import { sanityCheck } from '../sanity-check.js';
import { ahead, listOf, percent } from '../words.js';
import { describeGain, normalizationReport, normalizationSummary } from './normalization-report.js';
import { WITH_BATCH_NORM, WITH_LAYER_NORM, WITHOUT_NORMALIZATION } from './normalization-runs.js';
import type { Section } from './section.js';

/** Section 3: the sanity check of LayerNorm, and one network trained with it, with BatchNorm and without. */
export const SECTION_3: Section = {
  number: '3',
  title: 'Layer normalization',
  runs: [WITHOUT_NORMALIZATION, WITH_BATCH_NORM, WITH_LAYER_NORM],
  present: async (results, { seed, allSeeds }) => {
    const check = sanityCheck({ LayerNorm });
    const table = accuracyTable('Normalization', results, allSeeds);
    const shifts = batchSizeShifts(seed);
    return {
      text: `${check.text}\n\n${printedTable(table)}`,
      html: [
        INTRODUCTION,
        check.html,
        await normalizationReport(results, table),
        `<p>${describeGain(results)}</p>`,
        quote(CLAIM),
        `<p>${describeRivals(results)} ${describeBatchSizes(shifts)}</p>`,
        htmlTable({
          headings: ['Batch of', 'BatchNorm', 'LayerNorm'],
          rows: shifts.map((each) => [
            String(each.batchSize),
            each.batchNorm.toFixed(4),
            each.layerNorm.toFixed(4),
          ]),
        }),
      ].join('\n'),
      summary: `${check.summary} ${normalizationSummary(results)}`,
      findings: { checks: check.checks, batchSizes: shifts },
    };
  },
};

const CLAIM =
  'Layernorm often achieves similar or better results than BatchNorm, and it is less sensitive to the batch size.';

/** Which of the two normalizations did better here. */
function describeRivals(results: readonly RunResult[]): string {
  const [batch, layer] = [WITH_BATCH_NORM, WITH_LAYER_NORM].map((run) => {
    const accuracy = results.find((result) => result.run === run)?.end.test.test_accuracy;
    return { title: run.title, accuracy: accuracy ?? Number.NaN };
  });
  if (!batch || !layer) return '';
  const difference = layer.accuracy - batch.accuracy;
  return `In this run: ${ahead('LayerNorm', 'BatchNorm', difference)} (${percent(layer.accuracy)} and ${percent(batch.accuracy)} of the test set).`;
}

function describeBatchSizes(shifts: readonly BatchSizeShift[]): string {
  const [smallest] = shifts;
  if (!smallest) return '';
  return `As to the size of the batch: one example of ${FEATURES} features was normalized among ${listOf(shifts.map(({ batchSize }) => String(batchSize - 1)))} others. The table has the root mean square by which its values differ from those in a batch of ${REFERENCE}: LayerNorm does not look at the others at all.`;
}

const INTRODUCTION =
  '<p>LayerNorm gives each example mean 0 and variance 1 over its features. It needs no other example and no running ' +
  'statistics: it does the same in training and in evaluation, and at any size of the batch.</p>';
