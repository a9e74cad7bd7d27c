import { printedTable } from '../../report/accuracy-table.js';
import { formulaBesideCode } from '../../report/formula.js';
import { quote } from '../../report/html.js';
import { frac, hat, math, root, sub, sup } from '../../report/math.js';
import { predictionsHtml } from '../../report/predictions.js';
import type { ReportInput, SectionReport } from '../section.js';
import {
  normalizationReport,
  normalizationSummary,
  normalizationTable,
} from '../shared/normalization-report.js';
import { sanityCheckHtml, sanityCheckSummary, sanityCheckText } from '../shared/sanity-check.js';
import type { BatchNormFindings } from './findings.js';

/** Writes section 2. */
export function reportBatchNorm(input: ReportInput<BatchNormFindings>): SectionReport {
  const { runs, findings } = input;
  return {
    text: `${sanityCheckText(findings)}\n\n${printedTable(normalizationTable(input))}`,
    html: [
      INTRODUCTION,
      formulaBesideCode(FORMULA, findings.code),
      sanityCheckHtml(findings),
      '<h3>Training with and without</h3>',
      quote(CLAIM),
      normalizationReport(input),
      predictionsHtml(runs),
    ].join('\n'),
    summary: `${sanityCheckSummary(findings)} ${normalizationSummary(runs)}`,
  };
}

const CLAIM =
  'Networks with normalization layers usually converge faster than those without. To test this, we will train a simple network with and without batch normalization layers.';

const INTRODUCTION =
  '<p>BatchNorm gives each feature mean 0 and variance 1 over the batch, then a learned scale and shift. In training it also ' +
  'updates running means of both statistics. Evaluation uses the running ones, so that the result of an image does not depend ' +
  'on the other images of its batch.</p>';

const FORMULA = `${math('y=γ', frac(['x−μ'], [root(sup('σ', '2'), '+ε')]), '+β')}
${math('μ=', frac('1', 'N'), sub('∑', 'i'), sub('x', 'i'), ',', sup('σ', '2'), '=', frac('1', 'N'), sub('∑', 'i'), '(', sub('x', 'i'), '−μ', sup(')', '2'))}
${math(hat('μ'), '←(1−m)', hat('μ'), '+mμ')}
${math(sup(hat('σ'), '2'), '←(1−m)', sup(hat('σ'), '2'), '+m', frac('N', 'N−1'), sup('σ', '2'))}
<p class="soft">The batch is normalized with the biased variance, which divides by N. The running variance is unbiased: it divides by N − 1. The momentum m is the weight of the new statistics.</p>`;
