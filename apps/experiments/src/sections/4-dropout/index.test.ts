import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { reportInput } from '../../testing/fake-record.js';
import { SECTION_4 } from './index.js';

describeBackends(
  'section 4',
  () => {
    it('finds and shows two masks and the moments of six rates', () => {
      const findings = SECTION_4.findings({ seed: 0n, results: [], allSeeds: [] });
      expect(findings.masks).toHaveLength(2);
      expect(findings.masks[0]).not.toEqual(findings.masks[1]);
      expect(findings.moments.map(({ p }) => p)).toEqual([0, 0.15, 0.3, 0.5, 0.7, 0.9]);
      expect(SECTION_4.schema.parse(findings)).toEqual(findings);
      const { html, summary } = SECTION_4.report(reportInput([], findings));
      expect(html.match(/<img class="mask" src="data:image\/png;base64,/g)).toHaveLength(2);
      expect(html).toContain('generator.fillBernoulli(');
      expect(html).toContain('<th scope="row">0.15</th>');
      expect(summary).toMatch(/ passed\. Dropout keeps the mean, and increases the variance\.$/);
    });
  },
  { backends: ['cpu'] },
);
