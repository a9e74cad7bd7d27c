import { describe, expect, it } from 'vitest';
import { type FakeRun, fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { reportSection6 } from '../../testing/section-6.js';
import { comparedRuns } from './compared.js';
import { besidePyTorch } from './pytorch.js';
import { ABLATION_RUNS, ADAMW_RUN, SGD_RUN } from './runs.js';

it('compares runs with PyTorch’s of the same seed', async () => {
  const { html } = await reportSection6();
  expect(html).toMatch(
    /Beside PyTorch 2\.15\S*, seed 0: the first train losses differ by at most \de[-+]\d\. At the end the accuracies are SGD 80\.00 % against 82\.10 % \(−2\.10\)/,
  );
  expect(
    (await reportSection6({}, { common: { seed: 0n, data: { ...SAMPLE, name: 'custom' } } })).html,
  ).not.toContain('Beside PyTorch');
});

describe('the agreement of the ends', () => {
  const [NEITHER] = ABLATION_RUNS;
  /** Returns the sentence for runs with these final accuracies. */
  const said = (
    accuracies: readonly (readonly [typeof SGD_RUN | undefined, number])[],
    fake: FakeRun = {},
  ) => {
    const results = accuracies.flatMap(([run, test_accuracy]) => {
      if (!run) return [];
      const { config } = fakeResult(run, { data: SAMPLE, ...fake });
      const tests = [{ step: config.maxSteps, test_loss: 0.5, test_accuracy }];
      return [fakeResult(run, { data: SAMPLE, ...fake, tests })];
    });
    const runs = results.map(({ run }) => run);
    return besidePyTorch(comparedRuns(runs, results, results));
  };

  // PyTorch's five seeds on the sample: SGD 79.7 to 83.1 %, AdamW 83.3 to 85.3 %.
  const sgd = 'SGD (79.70 % to 83.10 %, 5 seeds)';
  const adamw = 'AdamW (83.30 % to 85.30 %, 5 seeds)';

  it.each([
    [0.8, 0.84],
    // Both limits are included, with a tolerance for their last bits.
    [0.797 - 1e-9, 0.853 + 1e-9],
  ])('reports ends within the range of PyTorch’s seeds: %d and %d', (a, b) => {
    expect(
      said([
        [SGD_RUN, a],
        [ADAMW_RUN, b],
      ]),
    ).toContain(
      `between CPU kernels, so ends agree as those of two seeds do. Within the range of PyTorch’s seeds: ${sgd} and ${adamw}.</p>`,
    );
  });

  it.each([
    [0.796, 0.84, `Outside the range of PyTorch’s seeds: ${sgd}; within it: ${adamw}.</p>`],
    [0.8, 0.854, `Outside the range of PyTorch’s seeds: ${adamw}; within it: ${sgd}.</p>`],
    [0.7, 0.7, `Outside the range of PyTorch’s seeds: ${sgd} and ${adamw}.</p>`],
  ])('reports an end outside the range: %d and %d', (a, b, sentence) => {
    const html = said([
      [SGD_RUN, a],
      [ADAMW_RUN, b],
    ]);
    expect(html).toContain(`between CPU kernels. ${sentence}`);
    expect(html).not.toContain('ends agree');
  });

  it('gives no verdict if PyTorch was recorded with one seed, as in the full set’s ablation', () => {
    const html = said([[NEITHER, 0.89]], { data: { ...SAMPLE, name: 'full' } });
    expect(html).toContain(
      'between CPU kernels. PyTorch was recorded with this seed alone, so nothing here tells how far apart two seeds end.</p>',
    );
    expect(html).not.toContain('ends agree');
  });
});
