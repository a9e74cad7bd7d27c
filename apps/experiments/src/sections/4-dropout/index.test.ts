import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { SECTION_4 } from './index.js';

describeBackends(
  'section 4',
  () => {
    it('finds and shows two masks and the moments of six rates', async () => {
      const findings = SECTION_4.findings({ seed: 0n, results: [], allSeeds: [] });
      expect(findings.masks).toHaveLength(2);
      expect(findings.masks[0]).not.toEqual(findings.masks[1]);
      expect(findings.moments.map(({ p }) => p)).toEqual([0, 0.15, 0.3, 0.5, 0.7, 0.9]);
      expect(findings.record).toEqual({ checks: findings.check.checks, moments: findings.moments });
      const { html, summary } = await SECTION_4.report(findings);
      expect(html.match(/<svg /g)).toHaveLength(2);
      expect(summary).toMatch(/ passed\. Dropout keeps the mean and not the variance\.$/);
    });
  },
  { backends: ['cpu'] },
);
