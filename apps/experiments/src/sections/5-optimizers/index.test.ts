import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { reportInput } from '../../testing/fake-record.js';
import { SECTION_5 } from './index.js';

describeBackends(
  'section 5',
  () => {
    it('finds and reports the ends of the optimizers in the valley, and the decayed weights', () => {
      const findings = SECTION_5.findings({ seed: 0n, results: [], allSeeds: [] });
      expect(SECTION_5.schema.parse(findings)).toEqual(findings);
      expect(findings.valley.map(({ points }) => points.length)).toEqual([61, 61, 61]);
      expect(findings.weightDecay.map(({ weights }) => weights.length)).toEqual(new Array(6).fill(401));
      const { html, summary } = SECTION_5.report(reportInput([], findings));
      expect(html.match(/<svg class="chart"/g)).toHaveLength(3);
      expect(findings.code.sgd).toHaveLength(2);
      expect(findings.code.adamw).toHaveLength(2);
      expect(html).toContain('const adapted = div(mean, add(sqrt(');
      expect(summary).toMatch(/ passed\. Lowest in the valley: SGD, momentum 0\.8\.$/);
    });
  },
  { backends: ['cpu'] },
);
