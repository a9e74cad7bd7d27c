import { BatchNorm } from '@trainkit/normalization';
import { accuracyTable, printedTable } from '../accuracy-table.js';
import { quote } from '../report/page.js';
import { sanityCheck } from '../sanity-check.js';
import { describeGain, normalizationReport, normalizationSummary } from './normalization-report.js';
import { WITH_BATCH_NORM, WITHOUT_NORMALIZATION } from './normalization-runs.js';
import type { Section } from './section.js';

/** Section 2: the sanity check of BatchNorm, and one network trained with it and without. */
export const SECTION_2: Section = {
  number: '2',
  title: 'Batch normalization',
  runs: [WITHOUT_NORMALIZATION, WITH_BATCH_NORM],
  present: async (results, { allSeeds }) => {
    const check = sanityCheck({ BatchNorm });
    const table = accuracyTable('Normalization', results, allSeeds);
    const gain = `<p>${describeGain(results)}</p>`;
    return {
      text: `${check.text}\n\n${printedTable(table)}`,
      html: [INTRODUCTION, check.html, await normalizationReport(results, table), quote(CLAIM), gain].join(
        '\n',
      ),
      summary: `${check.summary} ${normalizationSummary(results)}`,
      findings: { checks: check.checks },
    };
  },
};

const CLAIM =
  'Networks with normalization layers usually converge faster than those without. To test this, we will train a simple network with and without batch normalization layers.';

const INTRODUCTION =
  '<p>BatchNorm gives each feature mean 0 and variance 1 over the batch, and then a scale and a shift that are learned. ' +
  'It keeps running means of both statistics while it trains; in evaluation it takes those, so that an image’s result ' +
  'does not depend on its neighbors in the batch. The batch is normalized with the variance that divides by N; the ' +
  'running one divides by N − 1.</p>';
