import { describe, expect, it } from 'vitest';
import type { RunResult } from '../run-result.js';
import { type FakeRun, fakeResult, SAMPLE } from '../testing/fake-result.js';
import { SECTION_6 } from './section-6.js';

/** Section 6 of made-up runs on the sample: what is given of each by its name, the rest alike. */
async function present(
  fakes: Record<string, FakeRun> = {},
  { common = {}, seeds = [0n] }: { common?: FakeRun; seeds?: bigint[] } = {},
) {
  const allSeeds = SECTION_6.runs.flatMap((run) =>
    seeds.map((seed) => fakeResult(run, { data: SAMPLE, ...common, ...fakes[run.name], seed })),
  );
  const results = allSeeds.filter(({ config }) => config.seed === 0);
  return SECTION_6.present(results, { seed: 0n, allSeeds });
}

const falling = (to: number, steps = 300) =>
  Array.from({ length: steps }, (_, i) => to + (2 - to) * (1 - i / (steps - 1)));

const evaluations = (...losses: number[]): RunResult['metrics']['test'] =>
  losses.map((loss, i) => ({ step: 100 * (i + 1), test_loss: loss, test_accuracy: 0.9 - loss / 10 }));

describe('6.1', () => {
  it('repeats the questions in the exercise’s order, with an answer after each', async () => {
    const { html } = await present();
    const asked = [...html.matchAll(/<blockquote><p>(.*?)<\/p><\/blockquote>\n<(?:p|ul)>(?=.)/g)].map(
      ([, q]) => q,
    );
    expect(asked).toEqual([
      'After training the models, what do you observe when comparing the train_loss curves?',
      'Which of the two gives a better accuracy, and which one converges faster?',
      'Can you tune them to give better results?',
      'What do you observe when analyzing the training and validation curves?',
      'Which configuration performs best […]?',
      '[…] and what do you conclude about the benefits of using DropOut and/or LayerNorm?',
      'You can also play around and try to get better results - try different optimizers and hyperparameters.',
    ]);
    expect(html.match(/<svg /g)).toHaveLength(9);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says which curve lies lower, which is more accurate and which is faster', async () => {
    const { html, summary } = await present({
      'optimizer/sgd': { losses: falling(1), tests: evaluations(1.5, 1.2, 1) },
      'optimizer/adamw': { losses: falling(0.5), tests: evaluations(1.2, 0.9, 0.5) },
    });
    expect(html).toContain(
      'Both begin at 2.000, with the same weights and the same batch. Smoothed over 8 steps, AdamW’s curve lies below SGD’s at every step. ' +
        'At the end, the mean of the last 100 train losses is 1.166 with SGD and 0.748 with AdamW.',
    );
    expect(html).toContain('AdamW is 5.0 points ahead of SGD: 85.0 % of the test set against 80.0 %.');
    // A difference that 1,000 images alone could make: 1.96·√(2·0.825·0.175/1000).
    expect(html).toContain('The choice of 1,000 test images alone would do no more than 3.3 points.');
    expect(html).toMatch(
      /AdamW converges faster: after 20[0-9] of 300 steps its smoothed train loss is down to 1\.012, where SGD ends, and by its evaluation after 200 steps its test loss is as good as SGD’s at the end\./,
    );
    expect(summary).toContain('SGD gets 80.0 % of the test set right, AdamW 85.0 %.');
  });

  it('says it the other way round where it is', async () => {
    const { html } = await present({
      'optimizer/sgd': { losses: falling(0.5), tests: evaluations(1.2, 0.9, 0.89) },
      'optimizer/adamw': { losses: falling(1), tests: evaluations(1, 0.9, 0.88) },
    });
    expect(html).toContain('SGD’s curve lies below AdamW’s at every step.');
    expect(html).toContain('AdamW is 0.1 points ahead of SGD');
    expect(html).toContain('That is no more than what the choice of 1,000 test images alone may do');
    expect(html).toContain('SGD converges faster');
    expect(html).toContain('its test loss never gets to where AdamW’s ends');
  });

  it.each([
    [0.3, 0.3, 'Yes, both.'],
    [0.3, 0.9, 'With these settings SGD alone.'],
    [0.9, 0.9, 'Not with these settings.'],
  ])('says whether tuning helped: test losses %d and %d', async (sgd, adamw, verdict) => {
    const { html } = await present({
      'optimizer/sgd-tuned': { tests: evaluations(1, 1, sgd) },
      'optimizer/adamw-tuned': { tests: evaluations(1, 1, adamw) },
    });
    expect(html).toContain(
      `<p>${verdict} SGD with learningRate 0.02 instead of 0.01, momentum 0.9 instead of 0 and schedule cosine (steps 300, end 0) instead of none: `,
    );
  });

  it('speaks of all seeds where there are several', async () => {
    const { html, text } = await present({}, { seeds: [0n, 1n, 2n] });
    expect(text).toContain('mean of 3 seeds');
    expect(html).toContain('(means over 3 seeds)');
    expect(html).toMatch(/is ahead with 0 of 3 seeds/);
  });
});

describe('6.2', () => {
  const four = (neither: number, layerNorm: number, dropout: number, both: number) => ({
    'ablation/no_ln_no_dropout': { tests: evaluations(0.4, 0.4, neither) },
    'ablation/layernorm_only': { tests: evaluations(0.4, 0.4, layerNorm) },
    'ablation/dropout_only': { tests: evaluations(0.4, 0.4, dropout) },
    'ablation/layernorm_and_dropout': { tests: evaluations(0.4, 0.4, both) },
  });
  const common = { losses: falling(0.1) };

  it('ranks by test loss, and says which network overfits', async () => {
    const { html, summary } = await present(four(0.6, 0.5, 0.4, 0.35), { common });
    expect(html).toContain(
      '<p>LayerNorm and dropout, by the test loss at the end: LayerNorm and dropout 0.350, Dropout 0.400, LayerNorm 0.500, Neither 0.600. It also has the smallest test loss',
    );
    expect(html).toContain(
      'The test loss is lowest, 0.400, after 100 steps (86.0 % right), and ends 50 % above that, at 0.600 (84.0 % right): from there on the network overfits.',
    );
    expect(html).toContain(
      'The test loss ends at 0.350 and is lowest there: nothing is lost by training on so far.',
    );
    expect(summary).toContain('from the best on: LayerNorm and dropout (0.350), Dropout (0.400)');
  });

  it.each([
    [
      four(0.6, 0.5, 0.4, 0.35),
      'Dropout helps, with LayerNorm and without',
      'LayerNorm helps, with dropout and without',
    ],
    [
      four(0.3, 0.4, 0.5, 0.6),
      'Dropout does not help, with LayerNorm or without',
      'LayerNorm does not help, with dropout or without',
    ],
    [
      four(0.5, 0.4, 0.4, 0.5),
      'Whether Dropout helps depends on LayerNorm',
      'Whether LayerNorm helps depends on dropout',
    ],
    [four(0.5, 0.5, 0.5, 0.5), 'Dropout changes nothing', 'LayerNorm changes nothing'],
  ])('concludes from its own numbers (%#)', async (fakes, dropout, layerNorm) => {
    const { html } = await present(fakes, { common });
    expect(html).toContain(`<p>${dropout}: it changes the test loss at the end by`);
    expect(html).toContain(`<p>${layerNorm}: it changes the test loss at the end by`);
  });

  it('gives the changes with their signs', async () => {
    const { html } = await present(four(0.6, 0.5, 0.4, 0.55), { common });
    expect(html).toContain(
      'by −0.200 without LayerNorm and +0.050 with it. The train loss changes by +0.000 without LayerNorm',
    );
  });
});

describe('short runs', () => {
  it('are right of 20 steps, and say that they are few', async () => {
    const test = { step: 20, test_loss: 0.7, test_accuracy: 0.7 };
    const { html } = await present({}, { common: { losses: falling(1, 20), tests: [test] } });
    expect(html.match(/<p class="loud">These runs were cut short/g)).toHaveLength(2);
    expect(html).toContain('Step for step, SGD’s curve');
    expect(html).toContain('It was evaluated once, with a test loss of 0.700.');
    expect(html).toContain('The test loss is 0.800 below the train loss');
    expect(html).not.toContain('by heart');
    expect(html).not.toMatch(/NaN|undefined|Infinity|Beside PyTorch/);
  });

  it('are right of one step too', async () => {
    const test = { step: 1, test_loss: 2, test_accuracy: 0.1 };
    const { html, text } = await present({}, { common: { losses: [2.3], tests: [test] } });
    expect(text).toContain('Train loss (last 1)');
    expect(html).toContain('the last train loss is 2.300');
    expect(html).toContain('Both end at the same train loss.');
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});

it('sets same seeds beside PyTorch', async () => {
  const { html } = await present();
  expect(html).toMatch(
    /Beside PyTorch 2\.15\S*, seed 0: the first train losses differ by at most \de[-+]\d\. At the end the accuracies are SGD 80\.00 % against 82\.10 % \(−2\.10\)/,
  );
  expect(
    (await present({}, { common: { seed: 0n, data: { ...SAMPLE, name: 'custom' } } })).html,
  ).not.toContain('Beside PyTorch');
});

it('needs its runs', async () => {
  await expect(SECTION_6.present([], { seed: 0n, allSeeds: [] })).rejects.toThrow(
    '6.1 needs all of its runs.',
  );
});
