import { formulaBesideCode } from '../../report/formula.js';
import { frac, math, root, sub, sup, word } from '../../report/math.js';
import { predictionsHtml } from '../../report/predictions.js';
import type { ReportInput, SectionReport } from '../section.js';
import { reportAblation } from './ablation-report.js';
import type { ExperimentFindings } from './findings.js';
import { reportOptimizers } from './optimizers-report.js';

/** Writes section 6 from its two parts. */
export function reportExperiments(input: ReportInput<ExperimentFindings>): SectionReport {
  const parts = [reportOptimizers(input), reportAblation(input)];
  return {
    text: parts.map(({ text }) => text).join('\n\n'),
    html: [
      formulaBesideCode(FORMULA, input.findings.code),
      ...parts.map(({ html }) => html),
      predictionsHtml(input.runs),
    ].join('\n'),
    summary: parts.map(({ summary }) => summary).join(' '),
    parts: { 'section-6-1': '6.1 SGD vs AdamW', 'section-6-2': '6.2 Layer Normalization and Dropout' },
  };
}

const FORMULA = `<p>All networks minimize the cross-entropy of the logits z and the label y; weights start from Kaiming’s normal distribution for relu:</p>
${math('ℓ=−', word('log '), frac(sup('e', sub('z', 'y')), [sub('∑', 'k'), sup('e', sub('z', 'k'))]))}
${math('W∼N(0,', sup('σ', '2'), '),', 'σ=', frac(root('2'), root(sub('n', word('in')))))}
<p class="soft">The gain of relu is √2. The code also returns the gradient of the loss, softmax(z) − onehot(y).</p>`;
