import { describe, expect, it } from 'vitest';
import { fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { comparedRuns } from './compared.js';
import { describeRanking } from './ranking.js';
import { ABLATION_RUNS } from './runs.js';

/** The number of steps of PyTorch's runs on the sample, and one too small for a comparison. */
const [WHOLE, CUT] = [1000, 300];

interface Fake {
  loss: number;
  steps?: number;
}

/**
 * Returns the sentences between the losses and the accuracies, for runs with these final losses in
 * the runs' order.
 */
function said(fakes: readonly Fake[], { seeds = 1 } = {}): string {
  const results = ABLATION_RUNS.flatMap((run, index) => {
    const { loss: test_loss = Number.NaN, steps = CUT } = fakes[index] ?? {};
    return Array.from({ length: seeds }, (_, seed) =>
      fakeResult(run, {
        data: SAMPLE,
        seed: BigInt(seed),
        steps,
        tests: [{ step: steps, test_loss, test_accuracy: 0.8 }],
      }),
    );
  });
  const shown = results.filter(({ config }) => config.seed === 0);
  const [, rest = ''] =
    describeRanking(comparedRuns(ABLATION_RUNS, shown, results)).match(
      /: \S.*? \d\.\d{3}\. (.*) The accuracies, /,
    ) ?? [];
  return rest;
}

const fakes = (losses: readonly number[], steps = CUT): Fake[] => losses.map((loss) => ({ loss, steps }));

describe('the winner by test loss', () => {
  it('stands alone if the seeds separate it from the others', () => {
    expect(said(fakes([0.6, 0.5, 0.3, 0.4]), { seeds: 3 })).toBe(
      'It also has the smallest test loss at its best evaluation (0.300).',
    );
  });

  it('shares its rank with runs that another seed may rank before it', () => {
    expect(said(fakes([0.6, 0.31, 0.3, 0.32], WHOLE))).toBe(
      'The order of Dropout, LayerNorm and LayerNorm and dropout is open: another seed may change their losses by as much as lies between them. The first also has the smallest test loss at its best evaluation (0.300).',
    );
  });

  it('is provisional with too few seeds', () => {
    const rest = 'The first also has the smallest test loss at its best evaluation (0.300).';
    expect(said(fakes([0.5, 0.4, 0.3, 0.6]))).toBe(
      `One seed of these settings does not tell whether another would put Dropout before LayerNorm, Neither and LayerNorm and dropout too (<code>--seeds 3</code> does). ${rest}`,
    );
    expect(said(fakes([0.5, 0.4, 0.3, 0.6]), { seeds: 2 })).toBe(
      `2 seeds of these settings do not tell whether others would put Dropout before LayerNorm, Neither and LayerNorm and dropout too (<code>--seeds 3</code> does). ${rest}`,
    );
  });

  it('may have equals', () => {
    expect(said(fakes([0.5, 0.5, 0.5, 0.5]))).toMatch(
      /^Neither, LayerNorm, Dropout and LayerNorm and dropout have the same test loss at the end\. The first also has/,
    );
  });

  it('may equal one run, be too close to another to rank, and lack seeds for the third', () => {
    const [level, unknown] = [
      { loss: 0.31, steps: WHOLE },
      { loss: 0.6, steps: CUT },
    ];
    const [best, equal] = [
      { loss: 0.3, steps: WHOLE },
      { loss: 0.3, steps: CUT },
    ];
    expect(said([best, equal, level, unknown])).toMatch(
      /^Neither and LayerNorm have the same test loss at the end\. The order of Neither and Dropout is open: .* lies between them\. One seed of these settings does not tell whether another would put Neither before LayerNorm and dropout too \(.*\)\. The first also has/,
    );
  });
});
