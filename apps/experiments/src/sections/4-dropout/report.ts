import { chartFigure } from '../../report/chart/figure.js';
import { linearScale, logScale } from '../../report/chart/scale.js';
import { formulaBesideCode } from '../../report/formula.js';
import { htmlTable, quote } from '../../report/html.js';
import { frac, math, sup, word } from '../../report/math.js';
import { grayImage } from '../../report/png.js';
import type { ReportInput, SectionReport } from '../section.js';
import { sanityCheckHtml, sanityCheckSummary, sanityCheckText } from '../shared/sanity-check.js';
import { MASK_SIZE, type Moments } from './dropout-moments.js';
import { type DropoutFindings, PICTURED } from './findings.js';

/** Writes section 4. */
export function reportDropout({ findings }: ReportInput<DropoutFindings>): SectionReport {
  const { masks, moments, code } = findings;
  return {
    text: sanityCheckText(findings),
    summary: `${sanityCheckSummary(findings)} Dropout keeps the mean, and increases the variance.`,
    html: [
      '<p>Dropout sets each value to 0 with probability p during training, so that no unit can rely on another one. Inverted ' +
        'dropout divides the kept values by 1 − p in training; evaluation then changes nothing.</p>',
      formulaBesideCode(FORMULA, code),
      sanityCheckHtml(findings),
      '<div class="grid">',
      `<div><h3>Masks</h3><figure><div class="masks">${masks.map(maskImage).join('')}</div><figcaption>Two masks for ${MASK_SIZE} × ${MASK_SIZE} values, one after the other from one generator, p = ${PICTURED}: white values are kept. PyTorch draws the same two for the same seed.</figcaption></figure></div>`,
      `<div><h3>Mean and variance</h3>${momentsFigure(moments)}</div>`,
      htmlTable({
        headings: ['p', 'Mean', 'In theory', 'Variance', 'In theory'],
        rows: moments.map((each) => [
          String(each.p),
          each.mean.toFixed(3),
          each.expectedMean.toFixed(3),
          each.variance.toFixed(3),
          each.expectedVariance.toFixed(3),
        ]),
      }),
      '</div>',
      quote(
        'The rescaling of activations is necessary to maintain the expected variance of activations. The original and inverted formulation are mathematically equivalent, but inverted dropout has the benefit of simplified inference.',
      ),
      '<p>The division by 1 − p keeps the mean, on which the next layer relies in evaluation. It does not keep the variance, ' +
        'although the notebook says so: dropout is noise, and more of it for a larger p. The two formulations differ by the ' +
        'factor 1 / (1 − p), which one applies in training and the other in evaluation.</p>',
    ].join('\n'),
  };
}

const FORMULA = `${math('y=', frac('m·x', '1−p'), ',', 'm∼', word('Bernoulli'), '(1−p)')}
${math(word('E'), '[y]=μ,', word('Var'), '[y]=', frac([sup('σ', '2'), '+p', sup('μ', '2')], '1−p'))}
<p class="soft">μ and σ² are the mean and the variance of x. The code draws the mask with the factor 1 / (1 − p), and multiplies by it.</p>`;

function maskImage(mask: readonly number[], index: number): string {
  const pixels = Uint8Array.from(mask, (kept) => (kept > 0 ? 255 : 40));
  return `<img class="mask" src="${grayImage(pixels, MASK_SIZE)}" width="168" height="168" alt="Mask of call ${index + 1}">`;
}

function momentsFigure(moments: readonly Moments[]): string {
  const curve = Array.from({ length: 91 }, (_, index) => index / 100);
  const theory = (of: (p: number) => number) => curve.map((p) => [p, of(p)] as const);
  const measured = (of: (each: Moments) => number) => moments.map((each) => [each.p, of(each)] as const);
  return chartFigure({
    x: { title: 'p', scale: linearScale([0, 0.9]) },
    y: { title: 'logarithmic', scale: logScale(moments.flatMap((each) => [each.mean, each.variance])) },
    lines: [
      { title: 'Mean, theory', color: 0, points: theory(() => 1) },
      { title: 'Variance, theory', color: 1, points: theory((p) => (1 + p) / (1 - p)) },
      { title: 'Mean, measured', color: 0, points: measured(({ mean }) => mean), dots: true, line: false },
      {
        title: 'Variance, measured',
        color: 1,
        points: measured(({ variance }) => variance),
        dots: true,
        line: false,
      },
    ],
    caption:
      'Mean and variance of 100,000 numbers from N(1, 1) after dropout: measured (dots) and in theory (lines).',
  });
}
