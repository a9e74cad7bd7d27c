import { Dropout } from '@trainkit/dropout';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import { Adam, AdamW, SGD } from '@trainkit/optimizers';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { formatReport, runTests } from './index.js';

describeBackends('the checks', () => {
  it('find no mistake in the classes of this repository', () => {
    const report = runTests({ BatchNorm, LayerNorm, Dropout, AdamW, Adam, SGD });
    const unmarked = report.parts.flatMap(({ checks }) => checks.filter(({ status }) => status !== 'passed'));
    expect(unmarked, formatReport(report)).toEqual([]);
    expect(report.passed).toBe(true);
  });
});
