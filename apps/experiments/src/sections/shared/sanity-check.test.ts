import { Dropout } from '@trainkit/dropout';
import { AdamW, SGD } from '@trainkit/optimizers';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import {
  sanityCheck,
  sanityCheckHtml,
  sanityCheckSchema,
  sanityCheckSummary,
  sanityCheckText,
} from './sanity-check.js';

describeBackends('sanityCheck', () => {
  it('has a line for each part that unfolds into its checks', () => {
    const check = sanityCheck({ optimizer: AdamW, SGD });
    expect(sanityCheckSchema.parse(check)).toEqual(check);
    const html = sanityCheckHtml(check);
    expect(html.match(/<details class="check"><summary>✓ /g)).toHaveLength(2);
    expect(html).toMatch(/✓ SGD: ([1-9]\d*) of \1 checks against PyTorch 2\.15\.0 passed<\/summary>/);
    expect(html).toContain('<li>✓ one step</li>');
    expect(sanityCheckText(check)).toMatch(
      /^AdamW: ([1-9]\d*) of \1 checks passed\nSGD: ([1-9]\d*) of \2 checks passed$/,
    );
  });

  it('opens a part with a failed check, and shows what it received', () => {
    class Wrong extends Dropout {
      override forward(): never {
        throw new Error('not <b>today</b>');
      }
    }
    const check = sanityCheck({ Dropout: Wrong });
    expect(sanityCheckText(check)).toContain('not <b>today</b>');
    const html = sanityCheckHtml(check);
    expect(html).toMatch(/<details class="check failed" open><summary>✗ Dropout: 0 of [1-9]/);
    expect(html).toMatch(/✗ [^<]*failed: expected [^<]*; received [^<]*not &lt;b&gt;today/);
    expect(sanityCheckSummary(check)).toMatch(/^0 of [1-9]\d* checks against PyTorch 2\.15\S* passed\.$/);
  });
});
