import { Dropout } from '@trainkit/dropout';
import { AdamW, SGD } from '@trainkit/optimizers';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { sanityCheck } from './sanity-check.js';

describeBackends('sanityCheck', () => {
  it('names the check, and its part if there are several', () => {
    const both = sanityCheck({ optimizer: AdamW, SGD }).html;
    expect(both).toContain('<th scope="row">AdamW: one step</th><td>passed</td>');
    expect(both).toContain('<th scope="row">SGD: one step</th><td>passed</td>');
    expect(sanityCheck({ Dropout }).html).not.toContain('Dropout: ');
  });

  it('shows the received value of a failed check', () => {
    class Wrong extends Dropout {
      override forward(): never {
        throw new Error('not <b>today</b>');
      }
    }
    const { html, text } = sanityCheck({ Dropout: Wrong });
    expect(text).toContain('not <b>today</b>');
    expect(html).toMatch(/failed: [^<]*not &lt;b&gt;today/);
    expect(html).toMatch(/<p>0 of [1-9]\d* checks against PyTorch/);
  });
});
