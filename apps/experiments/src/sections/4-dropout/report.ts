import { figure, htmlTable, quote } from '../../report/page.js';
import type { SectionReport } from '../section.js';
import { dropoutMaskChart, dropoutMomentsChart } from './dropout-charts.js';
import { type DropoutFindings, PICTURED } from './findings.js';

/** Writes section 4. */
export async function reportDropout({ check, masks, moments }: DropoutFindings): Promise<SectionReport> {
  return {
    text: check.text,
    summary: `${check.summary} Dropout keeps the mean and not the variance.`,
    html: [
      '<p>Dropout sets each value to 0 with probability p while the network trains, so that no unit can lean on another. ' +
        'Inverted dropout divides what is kept by 1 − p there and then, so that evaluation has nothing to do.</p>',
      check.html,
      '<h3>Masks</h3>',
      figure(
        await dropoutMaskChart(masks),
        `Two masks for 28 × 28 values, one after the other from one generator, p = ${PICTURED}: blue is kept. The second is another one; PyTorch, given the same seed, draws the same two.`,
      ),
      '<h3>Mean and variance</h3>',
      figure(
        await dropoutMomentsChart(moments),
        'Mean and variance of 100,000 numbers from N(1, 1) after dropout (dots) and what theory says (lines).',
      ),
      htmlTable({
        headings: ['p', 'Mean', 'Expected', 'Variance', 'Expected'],
        rows: moments.map((each) => [
          String(each.p),
          each.mean.toFixed(3),
          each.expectedMean.toFixed(3),
          each.variance.toFixed(3),
          each.expectedVariance.toFixed(3),
        ]),
      }),
      quote(
        'The rescaling of activations is necessary to maintain the expected variance of activations. The original and inverted formulation are mathematically equivalent, but inverted dropout has the benefit of simplified inference.',
      ),
      '<p>The mean stays: that is what the division by 1 − p is for, and what the next layer relies on in evaluation. The variance does ' +
        'not stay, though the exercise’s text says so of both: dropout is noise, and the more of it the larger p is. For values of mean μ and ' +
        'variance σ² it becomes (σ² + p·μ²) / (1 − p). The two formulations are the same up to the factor 1 / (1 − p), which one of them ' +
        'applies in training and the other leaves to evaluation.</p>',
    ].join('\n'),
  };
}
