import { runTests } from '@trainkit/conformance';
import { describeBackends } from '@trainkit/testing';
import { expect, test } from 'vitest';
import { AdamW } from '../exercise/adamw.js';
import { BatchNorm } from '../exercise/batch-norm.js';
import { Dropout } from '../exercise/dropout.js';
import { LayerNorm } from '../exercise/layer-norm.js';
import { xavier } from '../exercise/xavier.js';
import {
  SolvedAdamW,
  SolvedBatchNorm,
  SolvedDropout,
  SolvedLayerNorm,
  solvedXavier,
} from './testing/solutions.js';

describeBackends('the blanks of the exercise', () => {
  test('filled, they pass', () => {
    const report = runTests({
      xavier: solvedXavier,
      BatchNorm: SolvedBatchNorm,
      LayerNorm: SolvedLayerNorm,
      Dropout: SolvedDropout,
      AdamW: SolvedAdamW,
    });
    const wrong = report.parts.flatMap(({ checks }) => checks.filter(({ status }) => status !== 'passed'));
    expect(wrong).toEqual([]);
    expect(report.passed).toBe(true);
  });

  test('empty, they say what there is to do, and nothing of mistakes', () => {
    const report = runTests({ xavier, BatchNorm, LayerNorm, Dropout, AdamW });
    expect(report.passed).toBe(false);
    expect(report.mistakes).toEqual([]);
    for (const { part, checks } of report.parts) {
      expect(
        checks.some(({ received }) => received.startsWith('Error: TODO: ')),
        part,
      ).toBe(true);
    }
  });
});
