import { LayerNorm } from '@trainkit/normalization';
import { accuracyTable, printedTable } from '../accuracy-table.js';
import { sanityCheck } from '../sanity-check.js';
import { normalizationReport } from './normalization-report.js';
import { WITH_BATCH_NORM, WITH_LAYER_NORM, WITHOUT_NORMALIZATION } from './normalization-runs.js';
import type { Section } from './section.js';

/** Section 3: the sanity check of LayerNorm, and one network trained with it, with BatchNorm and without. */
export const SECTION_3: Section = {
  number: '3',
  title: 'Layer normalization',
  runs: [WITHOUT_NORMALIZATION, WITH_BATCH_NORM, WITH_LAYER_NORM],
  present: async (results) => {
    const check = sanityCheck({ LayerNorm });
    const table = accuracyTable('Normalization', results);
    return {
      text: `${check.text}\n\n${printedTable(table)}`,
      html: [INTRODUCTION, check.html, await normalizationReport(results, table)].join('\n'),
    };
  },
};

const INTRODUCTION =
  '<p>LayerNorm gives each example mean 0 and variance 1 over its features. It needs no other example and no running ' +
  'statistics: it does the same in training and in evaluation, and at any size of the batch.</p>';
