import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { reportInput } from '../../testing/fake-record.js';
import { fakeResult } from '../../testing/fake-result.js';
import { SECTION_3 } from './index.js';

describeBackends(
  'section 3',
  () => {
    it('finds and reports both gains, and that LayerNorm ignores the batch', () => {
      const results = SECTION_3.runs.map((run, index) =>
        fakeResult(run, {
          steps: 4,
          tests: [{ step: 4, test_loss: 1, test_accuracy: 0.5 + index / 8 }],
        }),
      );
      const findings = SECTION_3.findings({ seed: 0n, results, allSeeds: results });
      expect(SECTION_3.schema.parse(findings)).toEqual(findings);
      expect(findings.batchSizes.map(({ layerNorm }) => layerNorm)).toEqual([0, 0, 0, 0]);
      expect(findings.gains.map(({ gain }) => gain)).toEqual([0.125, 0.25]);
      const { html, summary } = SECTION_3.report(reportInput(results, findings));
      expect(html).toContain('const shifted = sub(x, rowMeans(x));');
      expect(html).toContain('>+25.0 points</td>');
      expect(html).toMatch(/<th scope="row">128<\/th><td[^>]*>0\.\d{4}<\/td><td[^>]*>0\.0000<\/td>/);
      expect(summary).toContain('With BatchNorm 62.5 %, With LayerNorm 75.0 %.');
    });
  },
  { backends: ['cpu'] },
);
