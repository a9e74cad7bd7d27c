import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { reportInput } from '../../testing/fake-record.js';
import { fakeResult } from '../../testing/fake-result.js';
import { SECTION_2 } from './index.js';

describeBackends(
  'section 2',
  () => {
    it('finds and reports the passed checks and the gain of BatchNorm', () => {
      const results = SECTION_2.runs.map((run, index) =>
        fakeResult(run, {
          steps: 4,
          tests: [{ step: 4, test_loss: 1, test_accuracy: 0.5 + index / 8 }],
        }),
      );
      const findings = SECTION_2.findings({ seed: 0n, results, allSeeds: results });
      expect(SECTION_2.schema.parse(findings)).toEqual(findings);
      expect(findings.checks.length).toBeGreaterThan(0);
      expect(findings.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
      expect(findings.gains).toMatchObject([{ title: 'With BatchNorm', gain: 0.125, steps: 4 }]);
      const { text, html, summary } = SECTION_2.report(reportInput(results, findings));
      expect(text).toContain('BatchNorm: ');
      expect(html).toContain('const rows = x.size / weight.size;');
      expect(html).toContain('>+12.5 points</td>');
      expect(summary).toMatch(
        / checks against PyTorch .* passed\. Test accuracy: Without 50\.0 %, With BatchNorm 62\.5 %\.$/,
      );
    });
  },
  { backends: ['cpu'] },
);
