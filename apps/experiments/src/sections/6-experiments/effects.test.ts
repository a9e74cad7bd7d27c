import { describe, expect, it } from 'vitest';
import { fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { falling } from '../../testing/section-6.js';
import type { Ablation } from './compared.js';
import { type Compared, comparedRuns } from './compared.js';
import { describeDropout, describeLayerNorm } from './effects.js';
import { ABLATION_RUNS } from './runs.js';

/** The number of steps of PyTorch's runs on the sample, and one too small for a comparison. */
const [WHOLE, CUT] = [1000, 300];

interface Fake {
  /** The test losses at the end, by seed. */
  losses: readonly number[];
  steps?: number;
}

type Four<T> = readonly [neither: T, layerNorm: T, dropout: T, both: T];

function ablationOf(fakes: Four<Fake>): Ablation {
  const results = ABLATION_RUNS.flatMap((run, index) => {
    const { losses = [], steps = CUT } = fakes[index] ?? {};
    return losses.map((test_loss, seed) =>
      fakeResult(run, {
        data: SAMPLE,
        seed: BigInt(seed),
        losses: falling(0.1, steps),
        tests: [{ step: steps, test_loss, test_accuracy: 0.8 }],
      }),
    );
  });
  const shown = results.filter(({ config }) => config.seed === 0);
  const [neither, layerNorm, dropout, both]: (Compared | undefined)[] = comparedRuns(
    ABLATION_RUNS,
    shown,
    results,
  );
  if (!neither || !layerNorm || !dropout || !both) throw new Error('There are four runs.');
  return { neither, layerNorm, dropout, both };
}

/** Returns four runs with one seed each, or with several equal seeds. */
const alike = (losses: Four<number>, { seeds = 1, steps = CUT } = {}): Four<Fake> => {
  const fake = (loss: number): Fake => ({ losses: new Array<number>(seeds).fill(loss), steps });
  const [neither, layerNorm, dropout, both] = losses;
  return [fake(neither), fake(layerNorm), fake(dropout), fake(both)];
};

/** Returns the sentences about each part before those about its train losses. */
function said(fakes: Four<Fake>): { dropout: string; layerNorm: string } {
  const ablation = ablationOf(fakes);
  return {
    dropout: describeDropout(ablation).replace(/ The train loss changes .*$/, ''),
    layerNorm: describeLayerNorm(ablation).replace(/ After a twentieth .*$/, ''),
  };
}

const SEEDS_TELL = '(<code>--seeds 3</code> does).';

describe('what LayerNorm and dropout change', () => {
  it.each([
    {
      losses: [0.6, 0.5, 0.4, 0.35],
      dropout: 'Dropout helps, with LayerNorm and without',
      layerNorm: 'LayerNorm helps, with dropout and without',
    },
    {
      losses: [0.3, 0.4, 0.5, 0.6],
      dropout: 'Dropout does not help, with LayerNorm or without',
      layerNorm: 'LayerNorm does not help, with dropout or without',
    },
    {
      losses: [0.5, 0.4, 0.4, 0.5],
      dropout: 'Without LayerNorm, dropout helps; with it, dropout does not help',
      layerNorm: 'Without dropout, LayerNorm helps; with it, LayerNorm does not help',
    },
    {
      losses: [0.5, 0.5, 0.5, 0.5],
      dropout: 'Dropout changes nothing about the test loss, with LayerNorm or without',
      layerNorm: 'LayerNorm changes nothing about the test loss, with dropout or without',
    },
    {
      losses: [0.5, 0.4, 0.5, 0.6],
      dropout:
        'Without LayerNorm, dropout changes nothing about the test loss; with it, dropout does not help',
      layerNorm: 'Without dropout, LayerNorm helps; with it, LayerNorm does not help',
    },
  ] satisfies { losses: Four<number>; dropout: string; layerNorm: string }[])(
    'is decided by three seeds: $losses',
    ({ losses, dropout, layerNorm }) => {
      const sentences = said(alike(losses, { seeds: 3 }));
      expect(sentences.dropout).toMatch(
        new RegExp(
          `^${dropout}: it changes the test loss at the end by [^.]*\\.\\d+ [^.]*\\.\\d+ with it\\.$`,
        ),
      );
      expect(sentences.layerNorm).toMatch(
        new RegExp(
          `^${layerNorm}: it changes the test loss at the end by [^.]*\\.\\d+ [^.]*\\.\\d+ with it\\.$`,
        ),
      );
    },
  );

  it('is no more than the difference between seeds, if enough seeds show that', () => {
    const { dropout, layerNorm } = said(alike([0.5, 0.5, 0.49, 0.51], { steps: WHOLE }));
    expect(dropout).toBe(
      'Dropout changes the test loss no more than another seed may, with LayerNorm or without: it changes the test loss at the end by −0.010 without LayerNorm and +0.010 with it.',
    );
    expect(layerNorm).toBe(
      'Without dropout, LayerNorm changes nothing about the test loss; with it, LayerNorm changes the test loss no more than another seed may: it changes the test loss at the end by +0.000 without dropout and +0.020 with it.',
    );
  });

  it('is decided for one network and open for the other', () => {
    const { dropout } = said(alike([0.6, 0.5, 0.4, 0.49], { steps: WHOLE }));
    expect(dropout).toContain(
      'Without LayerNorm, dropout helps; with it, dropout changes the test loss no more than another seed may: it',
    );
  });
});

describe('with too few seeds for a verdict', () => {
  it.each([
    {
      losses: [0.6, 0.5, 0.4501, 0.45],
      dropout: 'Dropout lowers the test loss here, with LayerNorm and without',
      layerNorm: 'LayerNorm lowers the test loss here, with dropout and without',
      changes: ['−0.150 without LayerNorm and −0.050', '−0.100 without dropout and −0.000'],
    },
    {
      losses: [0.3, 0.4, 0.5, 0.6],
      dropout: 'Dropout raises the test loss here, with LayerNorm and without',
      layerNorm: 'LayerNorm raises the test loss here, with dropout and without',
      changes: ['+0.200 without LayerNorm and +0.200', '+0.100 without dropout and +0.100'],
    },
    {
      losses: [0.5, 0.4, 0.4, 0.5],
      dropout:
        'Without LayerNorm, dropout lowers the test loss here; with it, dropout raises the test loss here',
      layerNorm:
        'Without dropout, LayerNorm lowers the test loss here; with it, LayerNorm raises the test loss here',
      changes: ['−0.100 without LayerNorm and +0.100', '−0.100 without dropout and +0.100'],
    },
  ] satisfies { losses: Four<number>; dropout: string; layerNorm: string; changes: [string, string] }[])(
    'the direction is given, and no verdict: $losses',
    ({ losses, dropout, layerNorm, changes: [ofDropout, ofLayerNorm] }) => {
      const open = `One seed of these settings does not tell whether another would do the same ${SEEDS_TELL}`;
      expect(said(alike(losses))).toEqual({
        dropout: `${dropout}: it changes the test loss at the end by ${ofDropout} with it. ${open}`,
        layerNorm: `${layerNorm}: it changes the test loss at the end by ${ofLayerNorm} with it. ${open}`,
      });
    },
  );

  it('equal losses are reported as equal, and leave nothing open', () => {
    expect(said(alike([0.5, 0.5, 0.5, 0.5])).dropout).toBe(
      'Dropout changes nothing about the test loss, with LayerNorm or without: it changes the test loss at the end by +0.000 without LayerNorm and +0.000 with it.',
    );
  });

  it('two seeds are named as two, and equal means have no direction', () => {
    const { dropout } = said([
      { losses: [0.25, 0.75] },
      { losses: [0.25, 0.75] },
      { losses: [0.5, 0.5] },
      { losses: [0.5, 0.5] },
    ]);
    expect(dropout).toBe(
      'Dropout leaves the mean test loss where it is, with LayerNorm and without: it changes the test loss at the end by +0.000 without LayerNorm and +0.000 with it. ' +
        `2 seeds of these settings do not tell whether others would do the same ${SEEDS_TELL}`,
    );
  });

  it('names the network that the missing verdict is about', () => {
    // PyTorch's recorded seeds decide for the two runs that were trained to their end.
    const whole = (loss: number): Fake => ({ losses: [loss], steps: WHOLE });
    const cut = (loss: number): Fake => ({ losses: [loss] });
    const open = 'one seed of these settings does not tell whether another would do the same';
    expect(said([whole(0.6), cut(0.5), whole(0.4), cut(0.4)]).dropout).toBe(
      'Without LayerNorm, dropout helps; with it, dropout lowers the test loss here: it changes the test loss at the end by −0.200 without LayerNorm and −0.100 with it. ' +
        `With LayerNorm, ${open} ${SEEDS_TELL}`,
    );
    expect(said([cut(0.4), whole(0.5), cut(0.5), whole(0.51)]).dropout).toBe(
      'Without LayerNorm, dropout raises the test loss here; with it, dropout changes the test loss no more than another seed may: it changes the test loss at the end by +0.100 without LayerNorm and +0.010 with it. ' +
        `Without LayerNorm, ${open} ${SEEDS_TELL}`,
    );
    expect(said([cut(0.4), cut(0.4), cut(0.4), cut(0.5)]).layerNorm).toBe(
      'Without dropout, LayerNorm changes nothing about the test loss; with it, LayerNorm raises the test loss here: it changes the test loss at the end by +0.000 without dropout and +0.100 with it. ' +
        `With dropout, ${open} ${SEEDS_TELL}`,
    );
  });
});

it('continues with the train losses', () => {
  const ablation = ablationOf(alike([0.6, 0.5, 0.4, 0.55]));
  expect(describeDropout(ablation)).toContain(
    `${SEEDS_TELL} The train loss changes by +0.000 without LayerNorm and +0.000 with it, the gap`,
  );
  expect(describeLayerNorm(ablation)).toContain(
    `${SEEDS_TELL} After a twentieth of the run (15 steps) LayerNorm changes the smoothed train loss by`,
  );
});
