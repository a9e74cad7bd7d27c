import { printedTable } from '../../report/accuracy-table.js';
import { formulaBesideCode } from '../../report/formula.js';
import { htmlTable, quote } from '../../report/html.js';
import { frac, math, root, sub, sup } from '../../report/math.js';
import { predictionsHtml } from '../../report/predictions.js';
import type { ReportInput, SectionReport } from '../section.js';
import {
  normalizationReport,
  normalizationSummary,
  normalizationTable,
} from '../shared/normalization-report.js';
import { sanityCheckHtml, sanityCheckSummary, sanityCheckText } from '../shared/sanity-check.js';
import { FEATURES, REFERENCE } from './batch-size.js';
import type { LayerNormFindings } from './findings.js';

/** Writes section 3. */
export function reportLayerNorm(input: ReportInput<LayerNormFindings>): SectionReport {
  const { runs, findings } = input;
  return {
    text: `${sanityCheckText(findings)}\n\n${printedTable(normalizationTable(input))}`,
    html: [
      INTRODUCTION,
      formulaBesideCode(FORMULA, findings.code),
      sanityCheckHtml(findings),
      '<h3>Training with LayerNorm, with BatchNorm and without</h3>',
      quote(CLAIM),
      normalizationReport(input),
      '<h3>Batch size</h3>',
      '<div class="grid">',
      htmlTable({
        headings: ['Batch of', 'BatchNorm', 'LayerNorm'],
        rows: findings.batchSizes.map((each) => [
          String(each.batchSize),
          each.batchNorm.toFixed(4),
          each.layerNorm.toFixed(4),
        ]),
      }),
      `<p class="rest">One example of ${FEATURES} features was normalized in batches of several sizes. The table has the root mean square by which its values differ from those in a batch of ${REFERENCE}. LayerNorm uses no other example of the batch.</p>`,
      '</div>',
      predictionsHtml(runs),
    ].join('\n'),
    summary: `${sanityCheckSummary(findings)} ${normalizationSummary(runs)}`,
  };
}

const CLAIM =
  'Layernorm often achieves similar or better results than BatchNorm, and it is less sensitive to the batch size.';

const INTRODUCTION =
  '<p>LayerNorm gives each example mean 0 and variance 1 over its features. It needs no other example and no running ' +
  'statistics, so training and evaluation are the same, at any batch size.</p>';

const FORMULA = `${math('y=γ', frac(['x−μ'], [root(sup('σ', '2'), '+ε')]), '+β')}
${math('μ=', frac('1', 'D'), sub('∑', 'j'), sub('x', 'j'), ',', sup('σ', '2'), '=', frac('1', 'D'), sub('∑', 'j'), '(', sub('x', 'j'), '−μ', sup(')', '2'))}
<p class="soft">The sums run over the D features of one example. The code centers twice, since the mean rounds to float32. The factor γ and the shift β follow in another function.</p>`;
