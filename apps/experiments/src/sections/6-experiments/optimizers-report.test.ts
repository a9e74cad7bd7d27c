import { describe, expect, it } from 'vitest';
import { evaluations, falling, reportSection6 } from '../../testing/section-6.js';

describe('6.1', () => {
  it('repeats the questions in the exercise’s order, with an answer after each', async () => {
    const { html } = await reportSection6();
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

  it('names the lower curve, the more accurate and the faster optimizer', async () => {
    const { html, summary } = await reportSection6({
      'optimizer/sgd': { losses: falling(1), tests: evaluations(1.5, 1.2, 1) },
      'optimizer/adamw': { losses: falling(0.5), tests: evaluations(1.2, 0.9, 0.5) },
    });
    expect(html).toContain(
      'Both begin at 2.000, with the same weights and the same batch. Smoothed over 8 steps, AdamW’s curve lies below SGD’s at every step. ' +
        'At the end, the mean of the last 100 train losses is 1.166 with SGD and 0.748 with AdamW.',
    );
    expect(html).toContain('AdamW is 5.0 points ahead of SGD: 85.0 % of the test set against 80.0 %.');
    // The chance difference of 1,000 images: 1.96·√(2·0.825·0.175/1000).
    expect(html).toContain('The choice of 1,000 test images alone would do no more than 3.3 points.');
    expect(html).toMatch(
      /AdamW converges faster: after 20[0-9] of 300 steps its smoothed train loss is down to 1\.012, where SGD ends, and by its evaluation after 200 steps its test loss is as good as SGD’s at the end\./,
    );
    expect(summary).toContain('SGD gets 80.0 % of the test set right, AdamW 85.0 %.');
  });

  it('names the other optimizer in the opposite case', async () => {
    const { html } = await reportSection6({
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
  ])('gives a verdict on tuning: test losses %d and %d', async (sgd, adamw, verdict) => {
    const { html } = await reportSection6({
      'optimizer/sgd-tuned': { tests: evaluations(1, 1, sgd) },
      'optimizer/adamw-tuned': { tests: evaluations(1, 1, adamw) },
    });
    expect(html).toContain(
      `<p>${verdict} SGD with learningRate 0.02 instead of 0.01, momentum 0.9 instead of 0 and schedule cosine (steps 300, end 0) instead of none: `,
    );
  });

  it('reports means over several seeds', async () => {
    const { html, text } = await reportSection6({}, { seeds: [0n, 1n, 2n] });
    expect(text).toContain('mean of 3 seeds');
    expect(html).toContain('(means over 3 seeds)');
    expect(html).toMatch(/is ahead with 0 of 3 seeds/);
  });
});
