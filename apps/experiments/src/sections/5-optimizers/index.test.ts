import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { SECTION_5 } from './index.js';

describeBackends(
  'section 5',
  () => {
    it('finds and reports the ends of the optimizers in the valley, and the decayed weights', async () => {
      const findings = SECTION_5.findings({ seed: 0n, results: [], allSeeds: [] });
      const ends = findings.paths.map(({ points }) => points.at(-1));
      expect(findings.record).toMatchObject({
        checks: findings.check.checks,
        valley: ends.map((end) => ({ steps: 60, end })),
        weightDecay: findings.decays.map(({ optimizer, gradient }) => ({ optimizer, gradient, steps: 400 })),
      });
      const { html, summary } = await SECTION_5.report(findings);
      expect(html.match(/<svg /g)).toHaveLength(2);
      expect(summary).toMatch(/ passed\. Down the valley, .* came lowest\.$/);
    });
  },
  { backends: ['cpu'] },
);
