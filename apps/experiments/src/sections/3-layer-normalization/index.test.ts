import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { fakeResult } from '../../testing/fake-result.js';
import { SECTION_3 } from './index.js';

describeBackends(
  'section 3',
  () => {
    it('finds and reports the better normalization, and that LayerNorm ignores the batch', async () => {
      const results = SECTION_3.runs.map((run, index) =>
        fakeResult(run, {
          steps: 4,
          tests: [{ step: 4, test_loss: 1, test_accuracy: 0.5 + index / 8 }],
        }),
      );
      const findings = SECTION_3.findings({ seed: 0n, results, allSeeds: results });
      expect(findings.accuracies).toEqual({ batchNorm: 0.625, layerNorm: 0.75 });
      expect(findings.shifts.map(({ layerNorm }) => layerNorm)).toEqual([0, 0, 0, 0]);
      expect(findings.record).toEqual({ checks: findings.check.checks, batchSizes: findings.shifts });
      const { html } = await SECTION_3.report(findings);
      expect(html).toContain(
        'In this run: LayerNorm is 12.5 points ahead of BatchNorm (75.0 % and 62.5 % of the test set).',
      );
    });
  },
  { backends: ['cpu'] },
);
