import { describe, expect, it } from 'vitest';
import { falling, reportSection6 } from '../../testing/section-6.js';

describe('short runs', () => {
  it('has correct sentences for 20 steps, and notes that they are few', async () => {
    const test = { step: 20, test_loss: 0.7, test_accuracy: 0.7 };
    const { html } = await reportSection6({}, { common: { losses: falling(1, 20), tests: [test] } });
    expect(html.match(/<p class="loud">These runs were cut short/g)).toHaveLength(2);
    expect(html).toContain('Step for step, SGD’s curve');
    expect(html).toContain('It was evaluated once, with a test loss of 0.700.');
    expect(html).toContain('The test loss is 0.800 below the train loss');
    expect(html).not.toContain('by heart');
    expect(html).not.toMatch(/NaN|undefined|Infinity|Beside PyTorch/);
  });

  it('has correct sentences for one step', async () => {
    const test = { step: 1, test_loss: 2, test_accuracy: 0.1 };
    const { html, text } = await reportSection6({}, { common: { losses: [2.3], tests: [test] } });
    expect(text).toContain('Train loss (last 1)');
    expect(html).toContain('the last train loss is 2.300');
    expect(html).toContain('Both end at the same train loss.');
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});
