import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { fakeResult } from '../../testing/fake-result.js';
import { SECTION_2 } from './index.js';

describeBackends(
  'section 2',
  () => {
    it('finds and reports the passed checks and the gain of BatchNorm', async () => {
      const results = SECTION_2.runs.map((run, index) =>
        fakeResult(run, {
          steps: 4,
          tests: [{ step: 4, test_loss: 1, test_accuracy: 0.5 + index / 8 }],
        }),
      );
      const findings = SECTION_2.findings({ seed: 0n, results, allSeeds: results });
      expect(findings.check.checks.length).toBeGreaterThan(0);
      expect(findings.check.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
      expect(findings.record).toEqual({ checks: findings.check.checks });
      expect(findings.normalization.gains).toMatchObject([
        { title: 'With BatchNorm', gain: 0.125, steps: 4 },
      ]);
      const { text, html, summary } = await SECTION_2.report(findings);
      expect(text).toContain('BatchNorm: ');
      expect(html).toContain('With BatchNorm: 62.5 % on the test set, 12.5 points more than without.');
      expect(summary).toMatch(
        / checks against PyTorch .* passed\. Test accuracy: Without 50\.0 %, With BatchNorm 62\.5 %\.$/,
      );
    });
  },
  { backends: ['cpu'] },
);
