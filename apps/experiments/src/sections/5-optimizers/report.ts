import { figureGrid } from '../../report/chart/figure.js';
import { escapeHtml } from '../../report/escape.js';
import { formulaBesideCode } from '../../report/formula.js';
import { htmlTable, quote } from '../../report/html.js';
import { frac, hat, math, root, sub, subsup, sup } from '../../report/math.js';
import type { ReportInput, SectionReport } from '../section.js';
import { sanityCheckHtml, sanityCheckSummary, sanityCheckText } from '../shared/sanity-check.js';
import { type OptimizerFindings, VALLEY_STEPS } from './findings.js';
import { decayFigures, valleyFigure } from './optimizer-figures.js';
import type { Path } from './valley.js';

/** Writes section 5. */
export function reportOptimizers({ findings }: ReportInput<OptimizerFindings>): SectionReport {
  const { valley, weightDecay, code } = findings;
  return {
    text: sanityCheckText(findings),
    summary: `${sanityCheckSummary(findings)} ${summarize(valley)}`,
    html: [
      quote(
        'In this exercise, we will compare two popular optimizers: SGD with momentum and the AdamW optimizer. Both have proven to work well in a large variety of different settings; in particular AdamW is a sensible default choice, yielding good performance with little hyperparameter tuning.',
      ),
      '<div class="grid two">',
      `<div><h3>SGD with momentum</h3>${formulaBesideCode(SGD_FORMULA, code.sgd)}${sanityCheckHtml(findings)}</div>`,
      `<div><h3>AdamW</h3>${formulaBesideCode(ADAMW_FORMULA, code.adamw)}</div>`,
      '</div>',
      '<h3>A narrow valley, and weight decay against L2</h3>',
      figureGrid([valleyFigure(valley), ...decayFigures(weightDecay)]),
      '<div class="grid two">',
      `<div>${valleyTable(valley)}<p>${VALLEY}</p></div>`,
      `<div>${quote(
        'When using momentum (or other optimizers), L2 regularization and weight decay are not equivalent. However, this distinction is not always made in the literature and popular frameworks, so be wary!',
      )}<p>${DECAY}</p></div>`,
      '</div>',
    ].join('\n'),
  };
}

const SGD_FORMULA = `${math(sub('v', 't'), '=β', sub('v', 't−1'), '+', frac('∂E', ['∂', sub('w', 't−1')]), '+λ', sub('w', 't−1'))}
${math(sub('w', 't'), '=', sub('w', 't−1'), '−η', sub('v', 't'))}
<p class="soft">β is the momentum, λ the L2 penalty, η the learning rate.</p>`;

const ADAMW_FORMULA = `${math(sub('m', 't'), '=', sub('β', '1'), sub('m', 't−1'), '+(1−', sub('β', '1'), ')g')}
${math(sub('v', 't'), '=', sub('β', '2'), sub('v', 't−1'), '+(1−', sub('β', '2'), ')', sup('g', '2'))}
${math(sub(hat('m'), 't'), '=', frac(sub('m', 't'), ['1−', subsup('β', '1', 't')]), ',', sub(hat('v'), 't'), '=', frac(sub('v', 't'), ['1−', subsup('β', '2', 't')]))}
${math(sub('w', 't'), '=(1−ηλ)', sub('w', 't−1'), '−η', frac(sub(hat('m'), 't'), [root(sub(hat('v'), 't')), '+ε']))}
<p class="soft">g is the gradient. In the code, shrink is 1 − ηλ, and rate and eps contain the corrections of m and v.</p>`;

const VALLEY =
  'Plain SGD cannot take longer steps, or it would climb the walls, so it is slow along the floor. Momentum adds up the small ' +
  'steps along the floor, while those across it cancel out. AdamW takes steps of about the learning rate in every ' +
  'coordinate, however flat the valley is there. Section 6 compares the optimizers on the images.';

const DECAY =
  'With L2 the decay is a part of the gradient and is divided by its root mean square, so weights with large gradients decay ' +
  'least. AdamW takes the same share of every weight. For SGD without momentum both are the same. Each step takes η·λ off a ' +
  'weight, so the decay follows a schedule of the learning rate. Biases and the weights of normalization layers should not ' +
  'decay: <code>decayGroups</code> of @trainkit/optimizers leaves them out.';

/** Names the optimizer with the lowest end in the valley. */
function summarize(paths: readonly Path[]): string {
  const [best] = [...paths].sort((a, b) => endOf(a) - endOf(b));
  return best ? `Lowest in the valley: ${escapeHtml(best.title)}.` : '';
}

function valleyTable(paths: readonly Path[]): string {
  return htmlTable({
    headings: ['Optimizer', 'Height at the start', `After ${VALLEY_STEPS} steps`],
    rows: paths.map((path) => [
      path.title,
      (path.points[0]?.loss ?? Number.NaN).toPrecision(3),
      endOf(path).toPrecision(2),
    ]),
  });
}

function endOf({ points }: Path): number {
  return points.at(-1)?.loss ?? Number.NaN;
}
