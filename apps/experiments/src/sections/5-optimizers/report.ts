import { escapeHtml, figure, quote } from '../../report/page.js';
import type { SectionReport } from '../section.js';
import { DECAY_STEPS, type OptimizerFindings, VALLEY_STEPS } from './findings.js';
import { decayChart, valleyChart } from './optimizer-charts.js';
import { contours, type Path } from './valley.js';
import type { Decay } from './weight-decay.js';

/** Writes section 5. */
export async function reportOptimizers({ check, paths, decays }: OptimizerFindings): Promise<SectionReport> {
  return {
    text: check.text,
    summary: `${check.summary} ${summarize(paths)}`,
    html: [
      '<p>SGD with momentum steps along a sum of the gradients so far; AdamW divides each coordinate’s mean gradient by the root ' +
        'of its mean square, and takes the weight decay from the weights themselves.</p>',
      check.html,
      '<h3>A narrow valley</h3>',
      figure(
        await valleyChart(paths, contours([0.25, 1, 2.5, 5, 10, 15])),
        `The ways of three optimizers down f = ½ (a² + 40·b²), ${VALLEY_STEPS} steps from the same place. a runs along the floor of the valley and b up its walls, both turned by 30° against the weights w₁ and w₂. The rings join points of equal height. Learning rates: 0.03 for SGD with and without momentum, 0.2 for AdamW.`,
      ),
      quote(
        'In this exercise, we will compare two popular optimizers: SGD with momentum and the AdamW optimizer. Both have proven to work well in a large variety of different settings; in particular AdamW is a sensible default choice, yielding good performance with little hyperparameter tuning.',
      ),
      `<p>${describePaths(paths)} Section 6 compares them on the images.</p>`,
      '<h3>Weight decay and L2</h3>',
      figure(
        await decayChart(decays),
        'Three weights that start at 1, with gradients that only swing (+g, −g, …), so that decay alone moves them. Left: L2 as part of the gradient; right: decoupled decay. Learning rate 0.01, decay 0.5 in both.',
      ),
      quote(
        'When using momentum (or other optimizers), L2 regularization and weight decay are not equivalent. However, this distinction is not always made in the literature and popular frameworks, so be wary!',
      ),
      `<p>${describeDecay(decays)}</p>`,
      quote(
        'Note that with this formulation, a learning rate scheduler also influences the weight decay rate!',
      ),
      '<p>Each step takes η·λ off a weight, so that what decays follows the learning rate η: where a schedule ends at 0, nothing decays any more. For the same decay at another rate, change λ too.</p>',
    ].join('\n'),
  };
}

/** Names the optimizer with the lowest end in the valley. */
function summarize(paths: readonly Path[]): string {
  const heights = paths.map(({ title, points }) => ({ title, loss: points.at(-1)?.loss ?? Number.NaN }));
  const [best] = heights.sort((a, b) => a.loss - b.loss);
  return best ? `Down the valley, ${escapeHtml(best.title)} came lowest.` : '';
}

function describePaths(paths: readonly Path[]): string {
  const ends = paths.map(({ title, points }) => {
    const loss = points.at(-1)?.loss ?? Number.NaN;
    return `${escapeHtml(title)} is at a height of ${loss.toPrecision(2)}`;
  });
  return (
    `After ${VALLEY_STEPS} steps from a height of ${(paths[0]?.points[0]?.loss ?? Number.NaN).toPrecision(3)}: ${ends.join(', ')}. Plain SGD cannot take ` +
    'longer steps, or it would climb the walls, and so crawls along the floor; momentum adds the small steps along the floor up, ' +
    'while those across it cancel out; AdamW takes steps of about the learning rate in every coordinate, however flat it is there.'
  );
}

function describeDecay(decays: readonly Decay[]): string {
  const optimizers = [...new Set(decays.map(({ optimizer }) => optimizer))];
  const ends = optimizers.map((optimizer) => {
    const weights = decays
      .filter((each) => each.optimizer === optimizer)
      .map(({ gradient, weights }) => `${(weights.at(-1) ?? Number.NaN).toFixed(2)} (g = ${gradient})`);
    return `${escapeHtml(optimizer)}: ${weights.join(', ')}`;
  });
  return (
    `After ${DECAY_STEPS} steps: ${ends.join('; ')}. With L2 the decay goes through Adam’s division like any gradient, and the weights ` +
    'with the largest gradients keep the most. AdamW takes the same share of every weight: that is the difference between the two. For plain SGD without momentum L2 and weight decay ' +
    'are the same. Biases and the weights of normalization layers should not decay at all: decayGroups of @trainkit/optimizers leaves them out.'
  );
}
